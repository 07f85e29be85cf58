import { AccountMenu } from "../pages/account-menu.ts";
import { hydrated } from "../support/hydrated.ts";
import { signIn } from "../support/signed-in.ts";
import { expect, test } from "../support/test.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("the user name opens a menu that leads to the pages of the account and out", async ({ page, ada, login, dashboard }) => {
      const menu = new AccountMenu(page);
      await signIn(page, ada);
      if (javaScriptEnabled) await hydrated(page);
      await expect(menu.button).toHaveText("ada");
      await expect(menu.menu).toBeHidden();

      await menu.button.click();
      await expect(menu.links).toHaveText(["Profile", "Password", "Sessions", "Activity"]);
      await expect(menu.menu).toBeInViewport({ ratio: 1 });
      await dashboard.heading.click();
      await expect(menu.menu).toBeHidden();

      for (const [name, path] of [
        ["Profile", "/account"],
        ["Password", "/account/password"],
        ["Sessions", "/account/sessions"],
        // The page that is open already.
        ["Sessions", "/account/sessions"],
        ["Activity", "/account/activity"],
      ] as const) {
        await menu.button.click();
        await menu.link(name).click();
        await expect(page).toHaveURL(path);
        await expect(menu.menu).toBeHidden();
        const current = page.getByRole("navigation", { name: "Account" }).locator("[aria-current=page]");
        await expect(current).toHaveText(name);
      }

      await menu.button.click();
      await menu.signOut.click();
      await expect(login.notice).toHaveText("You are signed out.");
      await page.goto("/account");
      await expect(page).toHaveURL("/login?next=/account");
    });

    test("the menu needs only the keyboard", async ({ page, ada, login }) => {
      const menu = new AccountMenu(page);
      await signIn(page, ada);
      if (javaScriptEnabled) await hydrated(page);
      await page.getByRole("banner").getByRole("link").focus();
      await page.keyboard.press("Tab");
      await expect(menu.button).toBeFocused();

      await page.keyboard.press("Enter");
      await expect(menu.menu).toBeVisible();
      await page.keyboard.press("Tab");
      await expect(menu.link("Profile")).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(menu.menu).toBeHidden();
      await expect(menu.button).toBeFocused();

      await page.keyboard.press("Enter");
      for (const name of ["Profile", "Password", "Sessions", "Activity"] as const) {
        await page.keyboard.press("Tab");
        await expect(menu.link(name)).toBeFocused();
      }
      await page.keyboard.press("Tab");
      await expect(menu.signOut).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(login.notice).toHaveText("You are signed out.");
    });
  });
}
