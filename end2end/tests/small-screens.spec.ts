import { LanguageSwitch } from "../pages/language.ts";
import { ThemeSwitch } from "../pages/theme.ts";
import { expect, test } from "../support/test.ts";

const SCREENS = {
  "a phone on its side": { width: 667, height: 320 },
  "a phone with a keyboard": { width: 360, height: 340 },
  // 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10.
  "400 %": { width: 320, height: 256 },
};

for (const [screen, viewport] of Object.entries(SCREENS)) {
  test.describe(screen, () => {
    test.use({ viewport });

    test("why a sign-in has failed is in view, and the focus stays", async ({ page, ada, login }) => {
      await login.open();
      await login.signIn({ ...ada, password: "wrong guess" });
      await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
      await expect(login.alert).toBeInViewport({ ratio: 1 });
      await expect(login.password).toBeFocused();
      await page.route("**/api/login", (route) => route.fulfill({ status: 429, json: { error: "throttled", message: "x", retry_after: 90 } }));
      await login.signIn({ ...ada, password: "another guess" });
      await expect(login.wait).toHaveText(/^You can try again in/);
      await expect(login.alert).toBeInViewport({ ratio: 1 });
      await expect(login.wait).toBeInViewport({ ratio: 1 });
      await expect(login.submit).toBeFocused();
    });

    test("that the user is signed out is in view", async ({ ada, login, dashboard }) => {
      await login.open();
      await login.signIn(ada);
      await expect(dashboard.heading).toBeVisible();
      await dashboard.logOut();
      await expect(login.notice).toHaveText("You are signed out.");
      await expect(login.notice).toBeInViewport({ ratio: 1 });
      await expect(login.username).toBeFocused();
    });
  });
}

test.describe("with text of 200 %", () => {
  test.use({ viewport: { width: 360, height: 640 } });

  test("the page does not scroll sideways, and the language and the theme can be chosen", async ({ page, login }) => {
    await login.open();
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    for (const control of [new LanguageSwitch(page).list, new ThemeSwitch(page).button]) {
      await control.scrollIntoViewIfNeeded();
      await expect(control).toBeInViewport({ ratio: 1 });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
