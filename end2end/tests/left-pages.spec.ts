import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { expect, test } from "../support/test.ts";

test("signing out while another session is being ended leaves no error behind", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  const other = await (await browser.newContext({ baseURL })).newPage();
  await new LoginPage(other).open();
  await new LoginPage(other).signIn(ada);
  await expect(new DashboardPage(other).heading).toBeVisible();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/api\/revoke_(session|other_sessions)$/, async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response }).catch(() => {});
  });
  const row = dashboard.others.getByRole("listitem").getByRole("button");
  await Promise.all([page.waitForRequest("**/api/revoke_session"), row.click()]);
  await dashboard.everywhereElse.click();
  await dashboard.others.getByLabel("Confirm your password").fill(ada.password);
  await Promise.all([page.waitForRequest("**/api/revoke_other_sessions"), page.keyboard.press("Enter")]);
  await dashboard.signOut.click();
  await expect(login.notice).toHaveText("You are signed out.");
  release();
  await page.waitForTimeout(500);
  // The page works as before.
  await login.submit.click();
  await expect(login.summary.getByRole("link")).toHaveCount(2);
  await login.signIn(ada);
  await expect(dashboard.detail("Session ID")).toBeVisible();
});
