import { expect, test } from "../support/test.ts";

// As in Lockdown Mode of Safari, which has JavaScript but no WebAssembly.

const NEEDS_WASM = {
  "en-GB": /^This page is not updated and can't end other sessions/,
  "de-DE": /^Diese Seite wird nicht aktualisiert und kann andere Sitzungen nicht beenden/,
  "ar-EG": /^لا تُحدَّث هذه الصفحة ولا يمكنها إنهاء الجلسات الأخرى/,
};

for (const [locale, text] of Object.entries(NEEDS_WASM)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("without WebAssembly the dashboard says what does not work, and its user can sign out", async ({ page, ada, quietConsole }) => {
      await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
      await page.goto("/login");
      await page.locator("#username").fill(ada.name);
      await page.locator("#password").fill(ada.password);
      await page.locator("button.primary").click();
      await expect(page).toHaveURL("/dashboard");
      await expect(page.locator("main")).toContainText("ada");
      await expect(page.getByText(text)).toBeVisible();
      await expect(page.locator(".skeleton")).toHaveCount(0);
      for (const control of await page.locator(".needs-script").all()) await expect(control).toBeHidden();
      await page.locator("form[action='/logout'] button").click();
      await expect(page).toHaveURL("/login?signed-out");
      await expect(page.locator("#notice")).not.toBeEmpty();
      // Chromium says that there is no WebAssembly.
      quietConsole.length = 0;
    });
  });
}
