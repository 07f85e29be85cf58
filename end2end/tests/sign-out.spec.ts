import { expect, statusOf, storeToken, storedToken, test } from "../support/test.ts";

/** The routes that require a session, and what each requires beside it. */
const PROTECTED = {
  "/api/me": "",
  "/api/account": "",
  "/api/sessions": "",
  "/api/events": "",
  "/api/revoke_session": "id=019c8d04-51f3-7a60-8b1e-6c92f047d385",
  "/api/revoke_other_sessions": "password=analytical+engine",
};

/** No id, nonce or hash contains it by chance: it is too long, and has letters that are not hexadecimal. */
const FIRST_USER = "wilhelmina";

test.beforeEach(async ({ server, login, dashboard }) => {
  const account = server.addUser(FIRST_USER, "analytical engine");
  await login.open();
  await login.signIn(account);
  await expect(dashboard.heading).toBeVisible();
});

test("signing out sends the token, clears the browser and says so", async ({ page, login, dashboard }) => {
  const token = await storedToken(page);
  const request = page.waitForRequest("**/api/logout");
  await dashboard.logOut();

  expect((await request).headers()["authorization"]).toBe(`Bearer ${token}`);
  await expect(page).toHaveURL("/login");
  await expect(login.notice).toHaveText("You are signed out.");
  expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
  // By this one a browser is known in which its user has signed in before. It opens nothing.
  expect((await page.context().cookies()).map((cookie) => cookie.name)).toEqual(["countersign-device"]);
});

test("the token of a signed-out session is dead on every route, also after kill -9", async ({ page, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  for (const [route, form] of Object.entries(PROTECTED)) expect(await statusOf(server, token, route, form)).toBe(200);
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  for (const [route, form] of Object.entries(PROTECTED)) expect(await statusOf(server, token, route, form)).toBe(401);

  await server.kill();
  await server.start();
  for (const [route, form] of Object.entries(PROTECTED)) expect(await statusOf(server, token, route, form)).toBe(401);
  // Put back into the browser, it opens nothing either.
  await storeToken(page, token);
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/login?next=/dashboard");
});

test("the back button after signing out shows nothing of the dashboard", async ({ page, login, dashboard }) => {
  // Navigations within the page replace its entry in the history. These two are entries of their own.
  await page.goto("/dashboard?first");
  await page.goto("/dashboard?second");
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  // From the browser's cache it would show everything, until the wasm has asked the server.
  const shown = await page.goBack();
  expect(await shown!.text()).not.toContain(FIRST_USER);
  await expect(page).toHaveURL("/login?next=/dashboard%3Ffirst");
  await expect(login.heading).toBeVisible();
  await expect(dashboard.heading).toBeHidden();
});

test("a late response to a request of the ended session does not change the notice", async ({ page, login, dashboard }) => {
  test.slow();
  let letItGo = () => {};
  const held = new Promise<void>((resolve) => (letItGo = resolve));
  await page.route("**/api/sessions", async (route) => {
    await held;
    await route.continue();
  });
  await page.waitForRequest("**/api/sessions", { timeout: 15_000 });
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  const response = page.waitForResponse("**/api/sessions");
  letItGo();
  expect((await response).status()).toBe(401);
  // Time for a refresh and a second attempt, which a mistake would begin.
  await page.waitForTimeout(1000);
  await expect(login.notice).toHaveText("You are signed out.");
  await expect(page).toHaveURL("/login");
});

test("someone else can sign in afterwards and sees only their own", async ({ page, login, dashboard, server }) => {
  await dashboard.logOut();
  await login.signIn(server.addUser("grace", "compile and link"));
  await expect(dashboard.heading).toHaveText("Hello, grace");
  await expect(dashboard.thisDevice).toBeVisible();
  expect(await page.content()).not.toContain(FIRST_USER);
});
