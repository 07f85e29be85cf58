import { expect, refreshCookie, statusOf, storedToken, test } from "../support/test.ts";

const UNCONFIRMED = /You are signed out in this browser. The server has not confirmed it yet/;

test.beforeEach(async ({ ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
});

test("the browser clears itself at once, says so, and delivers the sign-out when it can", async ({ page, context, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await server.kill();
  await dashboard.logOut();
  await expect(page).toHaveURL("/login");
  await expect(login.notice).toHaveText(UNCONFIRMED);
  expect(await storedToken(page)).toBeUndefined();

  await server.start();
  await expect(login.notice).toHaveText("You are signed out.", { timeout: 10_000 });
  expect(await statusOf(server, token)).toBe(401);
  expect(await refreshCookie(context)).toBeUndefined();
});

test("it is delivered before anything else when the page is closed and opened again", async ({ page, context, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await server.kill();
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await page.goto("about:blank");
  await server.start();
  expect(await statusOf(server, token)).toBe(200);
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/login?next=/dashboard");
  expect(await statusOf(server, token)).toBe(401);
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("countersign-pending-logout");
});

test("a server that answers with an error has not signed the user out either", async ({ page, login, dashboard }) => {
  await page.route("**/api/logout", (route) => route.fulfill({ status: 503, body: "" }));
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await page.unroute("**/api/logout");
  await expect(login.notice).toHaveText("You are signed out.", { timeout: 10_000 });
});

test("a 401 of a proxy has not signed the user out either", async ({ page, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await page.route("**/api/logout", (route) => route.fulfill({ status: 401, json: { error: "invalid_token", message: "x" } }));
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  expect(await statusOf(server, token)).toBe(200);
  await page.unroute("**/api/logout");
  await expect(login.notice).toHaveText("You are signed out.", { timeout: 10_000 });
  expect(await statusOf(server, token)).toBe(401);
});

test("who signs in again meanwhile stays signed in", async ({ page, ada, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await page.route("**/api/logout", (route) => route.abort());
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  expect(await statusOf(server, token)).toBe(401);
  await page.unroute("**/api/logout");
  await page.reload();
  await expect(dashboard.thisDevice).toBeVisible();
});

test("attempts to deliver it become rarer, however often the network comes back", async ({ page, login, dashboard }) => {
  test.slow();
  const attempts: number[] = [];
  await page.route("**/api/logout", (route) => {
    attempts.push(Date.now());
    return route.abort();
  });
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  const start = attempts.length;
  for (let second = 0; second < 20; second += 1) {
    await page.evaluate(() => {
      for (let time = 0; time < 3; time += 1) window.dispatchEvent(new Event("online"));
    });
    await page.waitForTimeout(1000);
  }
  // At the most one in three seconds, each time that the network comes back.
  expect(attempts.length - start).toBeLessThanOrEqual(8);
  const before = attempts.length;
  await page.waitForTimeout(20_000);
  expect(attempts.length - before).toBeGreaterThan(0);
  expect(attempts.length - before).toBeLessThanOrEqual(3);
});

test("a tab that nobody looks at sends nothing, and goes on when it comes into view", async ({ page, login, dashboard }) => {
  test.slow();
  let attempts = 0;
  await page.route("**/api/logout", (route) => {
    attempts += 1;
    return route.abort();
  });
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  const show = (state: "hidden" | "visible") =>
    page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await show("hidden");
  const before = attempts;
  await page.waitForTimeout(8000);
  expect(attempts).toBe(before);
  await page.unroute("**/api/logout");
  await show("visible");
  await expect(login.notice).toHaveText("You are signed out.", { timeout: 4000 });
});

test("a browser that forgets the note after a week still delivers it, and ends no later session", async ({ page, context, ada, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await server.kill();
  await dashboard.logOut();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await page.goto("about:blank");
  // Safari and Brave keep a cookie that a script has set for seven days.
  await context.clearCookies({ name: "countersign-pending-logout" });
  await server.start();
  await page.goto("/dashboard");
  await expect(login.heading).toBeVisible();
  await expect.poll(() => statusOf(server, token)).toBe(401);
  await expect.poll(() => refreshCookie(context)).toBeUndefined();

  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await page.reload();
  await expect(dashboard.thisDevice).toBeVisible();
});

test("a note that was left behind does not end a session that began since", async ({ page, context, dashboard, server }) => {
  await page.evaluate(() => localStorage.setItem("countersign.pending_logout", '"019c8d04-51f3-7a60-8b1e-6c92f047d385"'));
  const token = (await storedToken(page))!;
  await page.reload();
  await expect(dashboard.token).toBeAttached();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await refreshCookie(context)).toBeDefined();
  expect(await statusOf(server, token)).toBe(200);
});
