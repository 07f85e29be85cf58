import type { Page } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { Network } from "../support/network.ts";
import type { Account } from "../support/server.ts";
import { expect, storedToken, test as base } from "../support/test.ts";

const test = base.extend<{ network: Network; grace: Account }>({
  network: async ({ server }, use) => {
    const network = new Network(server.origin);
    await network.start();
    await use(network);
    network.stop();
  },
  baseURL: async ({ network }, use) => use(network.origin),
  grace: async ({ server }, use) => use(server.addUser("grace", "compile and link")),
});

test.beforeEach(async ({ ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
});

/** Clears the token and has the page refresh it. */
async function refresh(page: Page) {
  await page.evaluate(() => sessionStorage.clear());
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

/** Whether grace's tab has its token still, and the browser her cookie. */
async function isStillSignedIn(page: Page) {
  await page.waitForTimeout(500);
  expect(await storedToken(page)).toBeDefined();
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await expect(new DashboardPage(page).heading).toHaveText("Hello, grace");
  await expect.poll(() => storedToken(page)).toBeDefined();
}

test("a late answer to a sign-out leaves the next user's session alone", async ({ page, network, grace, login, dashboard }) => {
  const release = network.hold("/api/logout");
  await dashboard.logOut();
  await expect.poll(() => network.answered).toContain("/api/logout");
  await login.signIn(grace);
  await expect(dashboard.heading).toHaveText("Hello, grace");
  release();
  await isStillSignedIn(page);
});

test("a late answer to another tab's sign-out leaves the next user's session alone", async ({ page, context, network, grace, dashboard }) => {
  const other = await context.newPage();
  const there = new LoginPage(other);
  await other.goto("/dashboard");
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  const release = network.hold("/api/logout");
  await dashboard.logOut();
  await expect.poll(() => network.answered).toContain("/api/logout");
  await there.signIn(grace);
  await expect(new DashboardPage(other).heading).toHaveText("Hello, grace");
  release();
  await page.waitForTimeout(500);
  await isStillSignedIn(other);
});

test("a late answer to a refresh leaves the next user's session alone", async ({ page, network, grace, login, dashboard }) => {
  const release = network.hold("/api/refresh");
  await refresh(page);
  await expect.poll(() => network.answered).toContain("/api/refresh");
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  await login.signIn(grace);
  await expect(dashboard.heading).toHaveText("Hello, grace");
  release();
  await isStillSignedIn(page);
});

test("a late answer to another tab's refresh leaves the next user's session alone", async ({ page, context, network, grace, login, dashboard }) => {
  // A tab that knows nothing of ada's session, because it was opened before.
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  const other = await context.newPage();
  const there = new LoginPage(other);
  await there.open();
  await login.signIn({ name: "ada", password: "analytical engine" });
  await expect(dashboard.thisDevice).toBeVisible();

  await page.bringToFront();
  const release = network.hold("/api/refresh");
  await refresh(page);
  await expect.poll(() => network.answered).toContain("/api/refresh");
  await other.bringToFront();
  await there.signIn(grace);
  await expect(new DashboardPage(other).heading).toHaveText("Hello, grace");
  release();
  await page.waitForTimeout(500);
  await isStillSignedIn(other);
});

test("a sign-in that fails gives up no sign-out", async ({ page, context, network, grace, login, dashboard }) => {
  const release = network.hold("/api/logout");
  await dashboard.logOut();
  await expect.poll(() => network.answered).toContain("/api/logout");
  await login.signIn({ ...grace, password: "wrong guess" });
  await expect(login.alert).toHaveText(/is wrong/);
  release();
  await expect.poll(async () => (await context.cookies()).map((cookie) => cookie.name), { timeout: 10_000 }).toEqual(["countersign-device"]);
  expect(page.url()).toContain("/login");
});
