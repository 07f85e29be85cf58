import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { hydrated } from "../support/hydrated.ts";
import { expect, test } from "../support/test.ts";

test("when the row that has the focus goes, no other device's button gets it", async ({ page, browser, baseURL, ada, login }) => {
  test.slow();
  const elsewhere = async () => {
    const page = await (await browser.newContext({ baseURL })).newPage();
    await new LoginPage(page).open();
    await new LoginPage(page).signIn(ada);
    await expect(new DashboardPage(page).heading).toBeVisible();
    return page;
  };
  await elsewhere();
  const newest = await elsewhere();
  const sessions = new SessionsPage(page);
  await login.open("/login?next=/account/sessions");
  await login.signIn(ada);
  const rows = sessions.others;
  await expect(rows).toHaveCount(2);
  // As the server has rendered it.
  await page.reload();
  await hydrated(page);
  await rows.nth(0).getByRole("button", { name: /^Sign out/ }).focus();
  await new DashboardPage(newest).logOut();
  await expect(rows).toHaveCount(1, { timeout: 15_000 });
  await expect(rows.nth(0).getByRole("button", { name: /^Sign out/ })).not.toBeFocused();
  await expect(sessions.heading).toBeFocused();
});

test("a sign-in leads back to the same part of the page", async ({ page, ada, login, server }) => {
  await page.goto("/dashboard#activity-title");
  await hydrated(page);
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard#activity-title");
  server.run(["session", "revoke", "--user", "ada"]);
  await expect(page).toHaveURL("/login?next=/dashboard%23activity-title", { timeout: 15_000 });
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard#activity-title");
});

test("a reload shows the same part of the page", async ({ page, ada, login, dashboard }) => {
  await page.setViewportSize({ width: 320, height: 480 });
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(200);
  await page.reload();
  await hydrated(page);
  await expect(dashboard.heading).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(200);
});
