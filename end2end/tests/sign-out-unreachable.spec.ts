import { expect, refreshCookie, statusOf, storedToken, test } from "../support/test.ts";

const UNCONFIRMED = /You are signed out in this browser. The server has not confirmed it yet/;

test.beforeEach(async ({ ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.detail("Session ID")).toBeVisible();
});

test("the browser clears itself at once, says so, and delivers the sign-out when it can", async ({ page, context, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await server.kill();
  await dashboard.signOut.click();
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
  await dashboard.signOut.click();
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
  await dashboard.signOut.click();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await page.unroute("**/api/logout");
  await expect(login.notice).toHaveText("You are signed out.", { timeout: 10_000 });
});

test("who signs in again meanwhile stays signed in", async ({ page, ada, login, dashboard, server }) => {
  const token = (await storedToken(page))!;
  await page.route("**/api/logout", (route) => route.abort());
  await dashboard.signOut.click();
  await expect(login.notice).toHaveText(UNCONFIRMED);
  await login.signIn(ada);
  await expect(dashboard.detail("Session ID")).toBeVisible();
  expect(await statusOf(server, token)).toBe(401);
  await page.unroute("**/api/logout");
  await page.reload();
  await expect(dashboard.detail("Session ID")).toBeVisible();
});
