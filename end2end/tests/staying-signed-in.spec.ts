import { DashboardPage } from "../pages/dashboard.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, refreshCookie, statusOf, storedToken, test } from "../support/test.ts";

test("without “Keep me signed in” the cookie ends with the browser", async ({ context, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  expect(await refreshCookie(context)).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/", expires: -1 });
});

test("with “Keep me signed in” a new browser is signed in at the first byte", async ({ context, browser, ada, login, dashboard, server }) => {
  await login.open();
  await login.remember.check();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  const cookie = (await refreshCookie(context))!;
  expect(cookie.expires - Date.now() / 1000).toBeGreaterThan(13 * 86400);

  // What a browser keeps over its end: cookies with a date, and nothing of the tab.
  const later = await browser.newContext({ baseURL: server.origin, storageState: { cookies: [cookie], origins: [] } });
  const page = await later.newPage();
  const seen: string[] = [];
  page.on("framenavigated", (frame) => seen.push(new URL(frame.url()).pathname));
  const answer = await page.goto("/");
  expect(await answer!.text()).toContain("Hello, <bdi><span>ada");
  await expect(page.getByRole("heading", { name: "Hello" })).toHaveText("Hello, ada");
  await expect(new DashboardPage(page).thisDevice).toBeVisible();
  expect(seen).toEqual(["/dashboard"]);
  await later.close();
});

test("a new tab is there at once, rendered by the server, with a token of its own", async ({ context, page, ada, login, dashboard, server }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const tab = await context.newPage();
  const answer = await tab.goto("/dashboard");
  expect(await answer!.text()).toContain("Hello, <bdi><span>ada");
  await expect(new DashboardPage(tab).token).toBeAttached();
  const [first, second] = [(await storedToken(page))!, (await storedToken(tab))!];
  expect(first).not.toBe(second);
  for (const token of [first, second]) expect(await statusOf(server, token)).toBe(200);
});

test("without cookies, the token of the tab is enough", async ({ page, context, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await context.clearCookies();
  await page.goto("/dashboard");
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(page).toHaveURL("/dashboard");
});

test("signed in, the login page is never shown", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  for (const path of ["/login", "/", "/login?next=//evil.example"]) {
    const answer = await page.goto(path);
    expect(await answer!.text()).toContain("Hello, <bdi><span>ada");
    await expect(page).toHaveURL("/dashboard");
  }
});

test.describe("with tokens of four seconds", () => {
  test.use({ settings: { COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS: "4" } });

  test("the token is refreshed behind the user's back, and nothing is lost", async ({ page, ada, login, dashboard, server }) => {
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.thisDevice).toBeVisible();
    const session = await dashboard.detail("Session ID").textContent();
    await dashboard.openDetails();
    const first = await storedToken(page);
    await expect.poll(() => storedToken(page), { timeout: 15_000 }).not.toBe(first);
    expect(await statusOf(server, (await storedToken(page))!)).toBe(200);
    await expect(dashboard.detail("Session ID")).toHaveText(session!);
    await expect(dashboard.detail("alg")).toBeVisible();
    await expect(page).toHaveURL("/dashboard");
  });

  test("after a long sleep the first click works", async ({ page, ada, login, server }) => {
    // Before the page, which otherwise keeps the timers that it has begun.
    await page.clock.install();
    const refused: string[] = [];
    page.on("response", (response) => response.status() === 401 && refused.push(response.url()));
    await fetch(`${server.origin}/api/login`, { method: "POST", body: new URLSearchParams({ username: ada.name, password: ada.password }) });
    await login.open("/login?next=/account/sessions");
    await login.signIn(ada);
    const sessions = new SessionsPage(page);
    const other = sessions.others.getByRole("button", { name: /^Sign out / });
    await expect(other).toBeVisible();
    // Asleep, no timer runs. Awake, the token has expired, and no timer has run yet.
    await page.clock.pauseAt(Date.now() + 1000);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await statusOf(server, (await storedToken(page))!)).toBe(401);
    await page.clock.setSystemTime(Date.now());
    // Signing out takes expired tokens. This takes none.
    await other.click();
    await expect(sessions.others).toHaveCount(0);
    expect(refused).toEqual([]);
    await expect(page).toHaveURL("/account/sessions");
  });
});

test("requests that need a new token at the same time wait for one refresh", async ({ page, ada, login, dashboard, server }) => {
  const fields = new URLSearchParams({ username: ada.name, password: ada.password });
  for (let number = 0; number < 2; number += 1) await fetch(`${server.origin}/api/login`, { method: "POST", body: fields });
  await login.open("/login?next=/account/sessions");
  await login.signIn(ada);
  const others = new SessionsPage(page).others.getByRole("button", { name: /^Sign out / });
  await expect(others).toHaveCount(2);
  let refreshes = 0;
  await page.route("**/api/refresh", async (route) => {
    refreshes += 1;
    await route.continue();
  });
  const statuses: number[] = [];
  page.on("response", (response) => response.url().endsWith("/api/revoke_session") && statuses.push(response.status()));
  // Both within one task: a timer between them would refresh the token alone.
  await others.evaluateAll((buttons) => {
    sessionStorage.clear();
    for (const button of buttons) (button as HTMLElement).click();
  });
  await expect.poll(() => statuses).toEqual([200, 200]);
  expect(refreshes).toBe(1);
  await page.evaluate(() => sessionStorage.clear());
  await page.goto("/dashboard");
  await expect(dashboard.token).toBeAttached();
  expect(refreshes).toBe(2);
});

test("a request whose token is refused is repeated once with a refreshed token", async ({ page, ada, login, dashboard }) => {
  await login.open();
  const calls: number[] = [];
  await page.route("**/api/sessions", async (route) => {
    calls.push(calls.length);
    if (calls.length === 1) {
      const headers = { "www-authenticate": 'Bearer realm="countersign", error="invalid_token"' };
      await route.fulfill({ status: 401, headers, json: { error: "invalid_token", message: "x" } });
    } else {
      await route.continue();
    }
  });
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  expect(calls.length).toBe(2);
});

for (const [what, answer] of [
  ["a page", { status: 401, body: "<html>Sign in to the proxy</html>" }],
  ["our own words", { status: 401, json: { error: "invalid_token", message: "x" } }],
  ["another challenge", { status: 401, headers: { "www-authenticate": 'Basic realm="proxy"' }, body: "" }],
] as const) {
  test(`a 401 that is not the server's ends no session: ${what}`, async ({ page, context, ada, login, dashboard }) => {
    test.slow();
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.thisDevice).toBeVisible();
    await page.route(/\/api\/(refresh|sessions|events)$/, (route) => route.fulfill(answer));
    await expect(dashboard.toast).toHaveText("The server can't answer right now. Try again in a moment.", { timeout: 15_000 });
    await page.evaluate(() => sessionStorage.clear());
    const refused = page.waitForResponse("**/api/refresh");
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await refused;
    await page.waitForTimeout(300);
    await expect(page).toHaveURL("/dashboard");
    await expect(dashboard.heading).toHaveText("Hello, ada");
    expect(await refreshCookie(context)).toBeDefined();
    await page.unroute(/\/api\/(refresh|sessions|events)$/);
    await expect(dashboard.toast).toBeEmpty({ timeout: 15_000 });
  });
}

test("while the server can't be reached, the session does not end", async ({ page, ada, login, dashboard }) => {
  await login.open();
  // Everything after the sign-in fails, and so do the refreshes.
  await page.route(/\/api\/(?!login$)/, (route) => route.abort());
  await login.signIn(ada);
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await page.evaluate(() => sessionStorage.clear());
  const { sessions } = dashboard;
  await expect(sessions.getByRole("alert")).toHaveText("The server can't be reached. Check your connection and try again.");
  await expect(dashboard.current).toHaveCount(0);
  await sessions.getByRole("button", { name: "Try again" }).click();
  await expect(sessions.getByRole("alert")).toBeVisible();
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await page.unroute(/\/api\/(?!login$)/);
  await sessions.getByRole("button", { name: "Try again" }).click();
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(dashboard.current).toBeAttached();
});

test("a session that was revoked ends with the next action, and the user comes back to where they were", async ({ page, ada, login, dashboard, server }) => {
  await login.open("/login?next=/dashboard%3Ftab%3D2");
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  server.run(["user", "disable", "ada"]);
  server.run(["user", "enable", "ada"]);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.evaluate(() => sessionStorage.clear());
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(page).toHaveURL("/login?next=/dashboard%3Ftab%3D2");
  await expect(login.notice).toHaveText("Your session has ended. Sign in to continue.");
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard?tab=2");
});

test("reuse of a stolen cookie is detected and ends the session", async ({ context, page, ada, login, dashboard, server }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const stolen = (await refreshCookie(context))!;
  const refresh = () =>
    fetch(`${server.origin}/api/refresh`, { method: "POST", headers: { cookie: `countersign=${stolen.value}` } });
  // The thief goes first, twice; the owner's cookie is then two refreshes old.
  const next = (await refresh()).headers.getSetCookie()[0]!.split(";")[0]!;
  expect((await fetch(`${server.origin}/api/refresh`, { method: "POST", headers: { cookie: next } })).status).toBe(200);
  await page.evaluate(() => sessionStorage.clear());
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(login.notice).toHaveText("Your session has ended. Sign in to continue.");
  expect((await refresh()).status).toBe(401);
});
