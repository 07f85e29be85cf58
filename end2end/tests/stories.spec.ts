import type { Page } from "@playwright/test";

import { LanguageSwitch } from "../pages/language.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, test } from "../support/test.ts";

/** That somebody who looks can see where the keyboard is. */
async function focusIsVisible(page: Page) {
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
    return { outlineStyle, width: Number.parseFloat(outlineWidth), of: document.activeElement!.outerHTML.slice(0, 80) };
  });
  expect(outline).not.toMatchObject({ outlineStyle: "none" });
  expect(outline.width, outline.of).toBeGreaterThanOrEqual(2);
}

/** Tabs on until an element has the focus, and looks at every stop. */
async function tabTo(page: Page, selector: string) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press("Tab");
    // Behind the last one, the focus leaves the page and comes in again.
    if (await page.evaluate(() => document.activeElement === document.body)) continue;
    await focusIsVisible(page);
    if (await page.evaluate((selector) => document.activeElement!.matches(selector), selector)) return;
  }
  throw new Error(`the keyboard does not come to ${selector}`);
}

test("a whole visit works by keyboard alone, and the focus is always to be seen", async ({ page, ada, server, login, dashboard }) => {
  const fields = new URLSearchParams({ username: ada.name, password: ada.password });
  await fetch(`${server.origin}/api/login`, { method: "POST", body: fields, headers: { "user-agent": "Telephone" } });
  await login.open();
  await focusIsVisible(page);
  await page.keyboard.press("Enter");
  await expect(login.summary).toContainText("Enter your user name or e-mail.");
  await page.keyboard.type(ada.name);
  await tabTo(page, "#password");
  await page.keyboard.type("wrong guess");
  await page.keyboard.press("Enter");
  await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
  await expect(login.password).toBeFocused();
  await page.keyboard.type(ada.password);
  await tabTo(page, "[aria-controls=password]");
  await page.keyboard.press("Space");
  await expect(login.password).toHaveAttribute("type", "text");
  await tabTo(page, "#remember");
  await page.keyboard.press("Space");
  await expect(login.remember).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toBeFocused();
  await expect(page).toHaveTitle("Dashboard · Countersign");

  await tabTo(page, "section a[href='/account/sessions']");
  await page.keyboard.press("Enter");
  const sessions = new SessionsPage(page);
  await expect(sessions.heading).toBeFocused();
  await tabTo(page, "li button.cs-danger");
  await page.keyboard.press("Enter");
  await expect(sessions.status).toHaveText("Signed out Telephone.");
  await expect(sessions.heading).toBeFocused();
  await tabTo(page, "select[name=language]");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, ".cs-language button");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sitzungen", level: 1 })).toBeVisible();
  await tabTo(page, "button[popovertarget=account-menu]");
  await page.keyboard.press("Enter");
  await tabTo(page, "form[action='/logout'] button");
  await page.keyboard.press("Enter");
  await expect(page.locator("#notice")).toHaveText("Sie sind abgemeldet.");
  await expect(page.locator("#username")).toBeFocused();
});

test("a screen reader is told what the login page is, and what is wrong", async ({ page, ada, login }) => {
  await login.open();
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - paragraph: Countersign
      - heading "Sign in" [level=1]
      - status
      - alert
      - status
      - text: User name or e-mail
      - textbox "User name or e-mail"
      - text: Password
      - status
      - textbox "Password"
      - button "Show password"
      - checkbox "Keep me signed in"
      - text: Keep me signed in
      - paragraph: On this device, for several weeks. Not for shared devices.
      - button "Sign in"
  `);
  await login.submit.click();
  await expect(login.username).toHaveAccessibleDescription("Enter your user name or e-mail.");
  await expect(login.username).toHaveAccessibleErrorMessage("");
  await expect(login.username).toHaveAttribute("aria-invalid", "true");
  await expect(login.remember).toHaveAccessibleDescription(/^On this device/);
  await login.signIn({ ...ada, password: "wrong guess" });
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - alert: The user name, e-mail or password is wrong.
  `);
});

test("a screen reader is told what the dashboard is", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - banner:
      - link "Countersign"
      - button "ada"
    - main:
      - heading "Hello, ada" [level=1]
      - region "Sessions":
        - heading "Sessions" [level=2]
        - list:
          - listitem: /Chrome on Linux This device/
        - paragraph: No other sessions
        - link "All sessions"
      - region "Recent activity":
        - heading "Recent activity" [level=2]
        - list:
          - listitem
        - link "All activity"
      - group:
        - heading "For developers" [level=2]
    - contentinfo:
      - combobox "Language":
        - option "English" [selected]
        - option "Deutsch"
        - option "العربية"
      - button "Apply"
      - button /Colours. System/
  `);
  await expect(dashboard.activity.getByRole("listitem").first()).toHaveText(/^Signed in.*just now, Chrome on Linux, from 127\.0\.0\.1$/);
});

test("with the system's own colours, where the focus is and what can be pressed can be told", async ({ page, login }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await login.open();
  await focusIsVisible(page);
  expect(await login.submit.evaluate((button) => getComputedStyle(button).borderStyle)).not.toBe("none");
});

test("on paper there is what was asked for, and nothing to press", async ({ page, ada, login, dashboard }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(dashboard.menu.button).toBeHidden();
  await expect(new LanguageSwitch(page).list).toBeHidden();
  const ink = await dashboard.heading.evaluate((heading) => getComputedStyle(heading).color.match(/\d+/g)!.map(Number));
  expect(Math.max(...ink)).toBeLessThan(100);
});

test("at 400 %, a page of 1280 pixels is 320 wide and 256 high, and still works", async ({ page, ada, login, dashboard }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await login.open();
  await expect(login.username).toBeInViewport({ ratio: 1 });
  await login.signIn(ada);
  await expect(dashboard.heading).toBeInViewport();
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
});
