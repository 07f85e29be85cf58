import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, test } from "../support/test.ts";

test("signing out while another session is being ended leaves no error behind", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  const other = await (await browser.newContext({ baseURL })).newPage();
  await new LoginPage(other).open();
  await new LoginPage(other).signIn(ada);
  await expect(new DashboardPage(other).heading).toBeVisible();
  const sessions = new SessionsPage(page);
  await login.open("/login?next=/account/sessions");
  await login.signIn(ada);
  await expect(sessions.others).toHaveCount(1);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/api\/revoke_(session|other_sessions)$/, async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response }).catch(() => {});
  });
  const row = sessions.others.getByRole("button", { name: /^Sign out/ });
  await Promise.all([page.waitForRequest("**/api/revoke_session"), row.click()]);
  await Promise.all([page.waitForRequest("**/api/revoke_other_sessions"), sessions.everywhereElse.click()]);
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  release();
  await page.waitForTimeout(500);
  // The page works as before.
  await login.submit.click();
  await expect(login.summary.getByRole("link")).toHaveCount(2);
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
});
