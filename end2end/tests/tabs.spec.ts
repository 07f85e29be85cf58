import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { expect, storedToken, test } from "../support/test.ts";

test.beforeEach(async ({ ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
});

test("signing out in one tab leads every other to the login page within a second, and says why", async ({ context, dashboard }) => {
  const other = await context.newPage();
  await other.goto("/dashboard");
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  await dashboard.logOut();
  await expect(new LoginPage(other).notice).toHaveText("You signed out in another tab.", { timeout: 1000 });
  await expect(other).toHaveURL("/login?next=/dashboard");
  expect(await storedToken(other)).toBeUndefined();
});

test("signing in again in one tab lets the others go on", async ({ context, page, ada, login, dashboard }) => {
  const other = await context.newPage();
  await other.goto("/dashboard");
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  const there = new LoginPage(other);
  await expect(there.heading).toBeVisible();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  await expect(there.notice).toHaveText("You signed in in another tab.");
  await there.continueHere.click();
  await expect(other).toHaveURL("/dashboard");
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  await expect(page).toHaveURL("/dashboard");
});

test("a tab follows its user's new session when they sign in again in another tab", async ({ context, page, ada, login, dashboard }) => {
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  // Before the dashboard, which otherwise keeps the timers that it has begun.
  await page.clock.install();
  const other = await context.newPage();
  const there = new LoginPage(other);
  await there.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const first = (await dashboard.detail("Session ID").textContent())!;
  // Without timers there is no poll by which this tab could follow.
  await page.clock.pauseAt(Date.now() + 1000);
  await there.signIn(ada);
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  const second = (await new DashboardPage(other).detail("Session ID").textContent())!;
  expect(second).not.toBe(first);
  await expect(dashboard.detail("Session ID")).toHaveText(second);
  await expect(page).toHaveURL("/dashboard");
});

test("another user who signs in in another tab is named in this one", async ({ context, page, server, login, dashboard }) => {
  const grace = server.addUser("grace", "compiler of languages");
  // The login page sends who is signed in to the dashboard, so the cookie is away meanwhile.
  const cookies = await context.cookies();
  await context.clearCookies();
  const other = await context.newPage();
  const there = new LoginPage(other);
  await there.open();
  await context.addCookies(cookies);
  await there.signIn(grace);
  await expect(new DashboardPage(other).heading).toHaveText("Hello, grace");
  await expect(login.notice).toHaveText("You signed in in another tab.");
  await expect(login.continueHere).toHaveText("Continue as grace");
  await login.continueHere.click();
  await expect(page).toHaveURL("/dashboard");
  await expect(dashboard.heading).toHaveText("Hello, grace");
});

test("browsers without BroadcastChannel hear of it too", async ({ context }) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, "BroadcastChannel"));
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const tab of [one, two]) {
    await tab.goto("/dashboard");
    await expect(new DashboardPage(tab).thisDevice).toBeVisible();
  }
  await new DashboardPage(one).logOut();
  await expect(new LoginPage(two).notice).toHaveText("You signed out in another tab.", { timeout: 1000 });
  await expect(new LoginPage(one).notice).toHaveText("You are signed out.");
});

test("a refresh that comes late does not bring back a session that was signed out", async ({ context, dashboard }) => {
  const other = await context.newPage();
  await other.goto("/dashboard");
  await expect.poll(() => storedToken(other)).toBeDefined();
  let letItGo = () => {};
  const held = new Promise<void>((resolve) => (letItGo = resolve));
  await other.route("**/api/refresh", async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  const refreshing = other.waitForRequest("**/api/refresh");
  await other.evaluate(() => sessionStorage.clear());
  await other.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await refreshing;
  await dashboard.logOut();
  await expect(new LoginPage(other).notice).toHaveText("You signed out in another tab.");
  letItGo();
  await other.waitForLoadState("networkidle");
  expect(await storedToken(other)).toBeUndefined();
  await expect(new LoginPage(other).heading).toBeVisible();
});

test("two tabs that refresh at once stay signed in", async ({ context, page }) => {
  const other = await context.newPage();
  await other.goto("/dashboard");
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(
      [page, other].map(async (tab) => {
        await tab.evaluate(() => sessionStorage.clear());
        await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
        await expect.poll(() => storedToken(tab)).toBeDefined();
      }),
    );
  }
  for (const tab of [page, other]) {
    await tab.reload();
    await expect(new DashboardPage(tab).thisDevice).toBeVisible();
  }
});

test("the token ends with the tab: the next one begins without any", async ({ context, page }) => {
  await context.addInitScript(() => {
    if (location.protocol === "http:") Object.assign(window, { keptAtStart: sessionStorage.length + localStorage.length });
  });
  const token = await storedToken(page);
  await page.close();
  const next = await context.newPage();
  await next.goto("/dashboard");
  expect(await next.evaluate(() => Reflect.get(window, "keptAtStart"))).toBe(0);
  await expect.poll(() => storedToken(next)).toBeDefined();
  expect(await storedToken(next)).not.toBe(token);
});

test("signing out ends what another tab has begun in the same browser", async ({ context, page, ada, login, dashboard, server }) => {
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  const other = await context.newPage();
  const there = new LoginPage(other);
  await there.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const first = await dashboard.detail("Session ID").textContent();
  await there.signIn(ada);
  await expect(new DashboardPage(other).thisDevice).toBeVisible();
  // This tab goes on in the browser's new session.
  await page.reload();
  await expect(dashboard.detail("Session ID")).not.toHaveText(first!);
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  expect(server.run(["session", "list"])).not.toContain("ada");
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/login?next=/dashboard");
});

test("a tab that sleeps while it refreshes does not stop the others", async ({ context, page, server }) => {
  test.slow();
  const asleep = await context.newPage();
  await asleep.route("**/asleep", (route) => route.fulfill({ contentType: "text/html", body: "" }));
  await asleep.goto(`${server.origin}/asleep`);
  await asleep.evaluate(
    () =>
      new Promise<void>((held) => {
        // It ends with an error when another tab takes the lock.
        navigator.locks.request("countersign.refresh", () => new Promise(() => held())).catch(() => {});
      }),
  );
  const refresh = async (timeout: number) => {
    await page.evaluate(() => sessionStorage.clear());
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await expect.poll(() => storedToken(page), { timeout }).toBeDefined();
  };
  await page.bringToFront();
  await refresh(28_000);
  // They have waited for it once.
  await refresh(3_000);
});
