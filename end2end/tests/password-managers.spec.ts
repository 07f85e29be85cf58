import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, test } from "../support/test.ts";

test.describe("when the password was given long ago", () => {
  test.use({ settings: { COUNTERSIGN_SESSION_REAUTHENTICATION_SECONDS: "0" } });

  test("a password that is asked for again belongs to a user name", async ({ page, browser, baseURL, ada, login }) => {
    const other = await (await browser.newContext({ baseURL })).newPage();
    await new LoginPage(other).open();
    await new LoginPage(other).signIn(ada);
    await expect(new DashboardPage(other).heading).toBeVisible();
    await login.open("/login?next=/account/sessions");
    await login.signIn(ada);
    await new SessionsPage(page).everywhereElse.click();
    const form = page.locator("form:has(#password)");
    const name = form.locator("input[autocomplete=username]");
    await expect(name).toHaveValue(ada.name);
    await expect(name).toBeHidden();
    await expect(form.locator("input:not([type=hidden])").first()).toHaveAttribute("autocomplete", "username");
  });
});

test("no system corrects what is typed, adds a second eye or keeps text small", async ({ page, login }) => {
  await login.open();
  for (const field of [login.username, login.password]) await expect(field).toHaveAttribute("autocorrect", "off");
  const address = await page.locator("link[rel=stylesheet]").first().getAttribute("href");
  const style = await (await page.request.get(address!)).text();
  // No browser of the tests has this part.
  expect(style).toMatch(/input::-ms-reveal\s*\{\s*display:\s*none/);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("text-size-adjust"))).toBe("100%");
});
