import { DashboardPage } from "../pages/dashboard.ts";
import { expect, test } from "../support/test.ts";

// As in Lockdown Mode of Safari, which has JavaScript but no WebAssembly.

const NEEDS_WASM = {
  "en-GB": /^This page is not updated: /,
  "de-DE": /^Diese Seite wird nicht aktualisiert: /,
  "ar-EG": /^لا تُحدَّث هذه الصفحة: /,
};

for (const [locale, text] of Object.entries(NEEDS_WASM)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("without WebAssembly the dashboard says what does not work, and its user can sign out", async ({ page, ada, quietConsole }) => {
      await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
      await page.goto("/login");
      await page.locator("#username").fill(ada.name);
      await page.locator("#password").fill(ada.password);
      await page.locator("button.cs-primary").click();
      await expect(page).toHaveURL("/dashboard");
      await expect(page.locator("main")).toContainText("ada");
      await expect(page.getByText(text)).toBeVisible();
      await expect(page.locator(".cs-skeleton")).toHaveCount(0);
      await page.locator("details.cs-panel summary").click();
      for (const control of await page.locator(".cs-needs-script").all()) await expect(control).toBeHidden();
      await expect(page.locator("dl:visible dt:visible")).toHaveCount(5);
      for (const term of await page.locator("dl:visible dt:visible + dd").all()) await expect(term).not.toBeEmpty();
      await new DashboardPage(page).logOut();
      await expect(page).toHaveURL("/login?signed-out");
      await expect(page.locator("#notice")).not.toBeEmpty();
      // Chromium says that there is no WebAssembly.
      quietConsole.length = 0;
    });
  });
}

test.describe("a file that can't be loaded", () => {
  test.use({ mayFail: /\/pkg\// });

  for (const [what, files] of [["the first", /\/pkg\/countersign\..*\.wasm$/], ["the second", /\/pkg\/split_.*\.wasm$/], ["the script", /\/pkg\/countersign\..*\.js$/]] as const) {
    test(`the dashboard says what does not work, and does it as soon as it can: ${what}`, async ({ page, ada, login, dashboard, quietConsole }) => {
      test.slow();
      await login.open();
      await login.signIn(ada);
      await expect(dashboard.token).toBeAttached();
      const notice = page.getByText(NEEDS_WASM["en-GB"]);
      await page.route(files, (route) => route.fulfill({ status: 403, body: "" }));
      await page.reload();
      await expect(notice).toBeVisible({ timeout: 15_000 });
      await dashboard.openDetails();
      await expect(dashboard.detail("Session ID")).toBeVisible();
      await expect(page.locator("dt", { hasText: "Token expires" })).toBeHidden();
      await page.unroute(files);
      if (what !== "the second") await page.reload();
      await expect(dashboard.token).toBeAttached({ timeout: 15_000 });
      await expect(notice).toBeHidden();
      quietConsole.length = 0;
    });
  }

  test("a file that never comes is said too, and a late one still takes the page over", async ({ page, ada, login, dashboard }) => {
    test.slow();
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.token).toBeAttached();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await page.reload({ waitUntil: "domcontentloaded" });
    const notice = page.getByText(NEEDS_WASM["en-GB"]);
    await expect(notice).toBeVisible({ timeout: 15_000 });
    release();
    await expect(dashboard.token).toBeAttached();
    await expect(notice).toBeHidden();
  });
});
