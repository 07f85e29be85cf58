import type { Browser, Locator, Page } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { SessionsPage } from "../pages/sessions.ts";
import type { Account } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

/** Opens the page with the sessions. */
async function openSessions(page: Page, account: Account) {
  const login = new LoginPage(page);
  await login.open("/login?next=/account/sessions");
  await login.signIn(account);
  return new SessionsPage(page);
}

/** The button of a row that ends its session. */
const end = (rows: Locator) => rows.getByRole("button", { name: /^Sign out/ });

/** The same user in another browser. */
async function elsewhere(browser: Browser, baseURL: string, account: Account) {
  const page = await (await browser.newContext({ baseURL })).newPage();
  const login = new LoginPage(page);
  await login.open();
  await login.signIn(account);
  await expect(new DashboardPage(page).heading).toBeVisible();
  return page;
}

const NO_OTHERS = "There are no other sessions.";

test("a session elsewhere is shown, and can be signed out from here", async ({ page, browser, baseURL, ada }) => {
  const sessions = await openSessions(page, ada);
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
  await expect(sessions.everywhereElse).toHaveCount(0);
  const other = await elsewhere(browser, baseURL!, ada);

  await page.reload();
  await expect(sessions.others).toHaveCount(1);
  await expect(sessions.current).toHaveCount(1);
  await expect(end(sessions.current)).toHaveCount(0);
  await sessions.others.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
  await expect(sessions.status).toHaveText(/^Signed out Chrome/);
  await expect(sessions.heading).toBeFocused();
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("main")).toContainText("Signed out from another session");

  await other.reload();
  await expect(other).toHaveURL("/login?next=/dashboard");
  await expect(page).toHaveURL("/account/activity");
});

test("a session that begins or ends elsewhere comes and goes by itself", async ({ page, browser, baseURL, ada }) => {
  test.slow();
  const sessions = await openSessions(page, ada);
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
  const other = await elsewhere(browser, baseURL!, ada);
  await expect(sessions.others).toHaveCount(1, { timeout: 15_000 });
  await new DashboardPage(other).logOut();
  await expect(sessions.others).toHaveCount(0, { timeout: 15_000 });
});

test("the dashboard says how many other sessions there are", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.sessions).toContainText("No other sessions");
  const other = await elsewhere(browser, baseURL!, ada);
  await expect(dashboard.sessions).toContainText("1 other session", { timeout: 15_000 });
  await new DashboardPage(other).logOut();
  await expect(dashboard.sessions).toContainText("No other sessions", { timeout: 15_000 });
  await dashboard.sessions.getByRole("link", { name: "All sessions" }).click();
  await expect(page).toHaveURL("/account/sessions");
});

test("a row keeps the focus while the list around it changes", async ({ page, browser, baseURL, ada }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  const newest = await elsewhere(browser, baseURL!, ada);
  const rows = (await openSessions(page, ada)).others;
  await expect(rows).toHaveCount(2);
  // The newest session is the first row.
  await end(rows.nth(1)).focus();
  await new DashboardPage(newest).logOut();
  await expect(rows).toHaveCount(1, { timeout: 15_000 });
  await expect(end(rows.nth(0))).toBeFocused();
});

test("a row stays where somebody may aim at it when another session begins", async ({ page, browser, baseURL, ada }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  const rows = (await openSessions(page, ada)).others;
  await expect(rows).toHaveCount(1);
  const id = await end(rows).getAttribute("id");
  await elsewhere(browser, baseURL!, ada);
  await expect(rows).toHaveCount(2, { timeout: 15_000 });
  await expect(end(rows.nth(0))).toHaveAttribute("id", id!);
  await page.reload();
  await expect(end(rows.nth(1))).toHaveAttribute("id", id!);
});

test("a late response to an earlier poll does not replace a newer one", async ({ page, browser, baseURL, ada }) => {
  test.slow();
  const sessions = await openSessions(page, ada);
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let polls = 0;
  await page.route("**/api/sessions", async (route) => {
    polls += 1;
    const response = await route.fetch();
    if (polls === 1) await held;
    await route.fulfill({ response });
  });
  await expect.poll(() => polls, { timeout: 15_000 }).toBe(1);
  await elsewhere(browser, baseURL!, ada);
  await expect(sessions.others).toHaveCount(1, { timeout: 20_000 });
  const late = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/api/sessions"));
  release();
  await late;
  await page.waitForTimeout(200);
  await expect(sessions.others).toHaveCount(1);
});

test("a poll that is answered late does not replace what was fetched by hand since", async ({ page, browser, baseURL, ada }) => {
  test.slow();
  await page.route("**/api/sessions", (route) => route.fulfill({ status: 503, body: "" }));
  const sessions = await openSessions(page, ada);
  const again = page.getByRole("main").getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await page.unroute("**/api/sessions");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let polls = 0;
  await page.route("**/api/sessions", async (route) => {
    polls += 1;
    const response = await route.fetch();
    if (polls === 1) await held;
    await route.fulfill({ response });
  });
  await expect.poll(() => polls, { timeout: 15_000 }).toBe(1);
  await elsewhere(browser, baseURL!, ada);
  await again.click();
  await expect(sessions.others).toHaveCount(1);
  const late = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/api/sessions"));
  release();
  await late;
  await page.waitForTimeout(200);
  await expect(sessions.others).toHaveCount(1);
});

test("signing out everywhere else asks for no password that was given just now", async ({ page, browser, baseURL, ada }) => {
  const other = await elsewhere(browser, baseURL!, ada);
  const sessions = await openSessions(page, ada);
  await sessions.everywhereElse.click();
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
  await expect(sessions.status).toHaveText("Signed out 1 session.");
  await expect(sessions.heading).toBeFocused();
  await expect(page).toHaveURL("/account/sessions");
  await other.reload();
  await expect(other).toHaveURL("/login?next=/dashboard");
});

test.describe("when the password was given long ago", () => {
  test.use({ settings: { COUNTERSIGN_SESSION_REAUTHENTICATION_SECONDS: "0" } });

  test("signing out everywhere else asks for the password", async ({ page, browser, baseURL, ada }) => {
    const others = [await elsewhere(browser, baseURL!, ada), await elsewhere(browser, baseURL!, ada)];
    const sessions = await openSessions(page, ada);
    const { password, everywhereElse: button } = sessions;
    await expect(sessions.others).toHaveCount(2);
    await expect(password).toHaveCount(0);

    await button.click();
    await expect(password).toBeFocused();
    await expect(password).toHaveAccessibleDescription("Give your password to do this.");
    await button.click();
    await expect(password).toBeFocused();
    await expect(password).toHaveAccessibleDescription(/Enter your password\./);
    await password.fill("wrong guess");
    await button.click();
    await expect(password).toHaveAccessibleDescription(/The password is wrong\./);
    await expect(sessions.others).toHaveCount(2);

    await password.fill(ada.password);
    await page.keyboard.press("Enter");
    await expect(page.getByText(NO_OTHERS)).toBeVisible();
    await expect(sessions.status).toHaveText("Signed out 2 sessions.");
    await expect(page).toHaveURL("/account/sessions");
    for (const other of others) {
      await other.reload();
      await expect(other).toHaveURL("/login?next=/dashboard");
    }
  });

  test("what is typed for it stays while sessions come and go", async ({ page, browser, baseURL, ada }) => {
    test.slow();
    const other = await elsewhere(browser, baseURL!, ada);
    await elsewhere(browser, baseURL!, ada);
    const sessions = await openSessions(page, ada);
    await sessions.everywhereElse.click();
    await sessions.password.fill("half of my pass");
    await new DashboardPage(other).logOut();
    await expect(sessions.others).toHaveCount(1, { timeout: 15_000 });
    await elsewhere(browser, baseURL!, ada);
    await expect(sessions.others).toHaveCount(2, { timeout: 15_000 });
    await expect(sessions.password).toHaveValue("half of my pass");
    await expect(sessions.password).toBeFocused();
  });

  test("a wrong password does not stay in its field", async ({ page, browser, baseURL, ada }) => {
    await elsewhere(browser, baseURL!, ada);
    const sessions = await openSessions(page, ada);
    await sessions.everywhereElse.click();
    const { password } = sessions;
    await password.fill("half of my pass");
    await password.press("Enter");
    await expect(password).toHaveAccessibleDescription(/The password is wrong\./);
    await expect(password).toHaveValue("");
    await expect(password).toBeFocused();
    await password.fill("one\ttwo");
    await password.press("Enter");
    await expect(password).toHaveAttribute("aria-invalid", "true");
    await expect(password).toHaveAccessibleDescription(/Password: invalid characters\./);
    await password.fill(ada.password);
    await password.press("Enter");
    await expect(page.getByText(NO_OTHERS)).toBeVisible();
  });
});

for (const path of ["/dashboard", "/account/activity"]) {
  test(`the activity of the account is described in plain words: ${path}`, async ({ page, ada, login, dashboard, server }) => {
    await login.open(`/login?next=${path}`);
    await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.alert).toHaveText(/wrong/);
    await login.signIn(ada);
    const list = path === "/dashboard" ? dashboard.activity : page.getByRole("main");
    const rows = list.getByRole("listitem");
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText(/^Signed in.*just now, Chrome on Linux, from 127\.0\.0\.1/);
    await expect(rows.nth(1)).toContainText("Failed sign-in");
    await expect(rows.nth(2)).toContainText(/^Account created.*command line/);
    server.run(["session", "revoke", "--user", "ada"]);
    await expect(page).toHaveURL(`/login?next=${path}`, { timeout: 15_000 });
  });
}

test("the dashboard has the latest activity, and leads to the rest", async ({ page, ada, login, dashboard }) => {
  await login.open();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.password).toHaveValue("");
  }
  await login.signIn(ada);
  await expect(dashboard.activity.getByRole("listitem")).toHaveCount(3);
  await dashboard.activity.getByRole("link", { name: "All activity" }).click();
  await expect(page).toHaveURL("/account/activity");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(5);
});

test("sessions of the same device have buttons of different names", async ({ browser, baseURL, ada, page }) => {
  await page.clock.setFixedTime(Date.now());
  await elsewhere(browser, baseURL!, ada);
  await elsewhere(browser, baseURL!, ada);
  await page.route("**/api/sessions", async (route) => {
    const response = await route.fetch();
    const sessions = await response.json();
    sessions.forEach(({ session }: { session: { created_at: number } }, number: number) => (session.created_at -= number * 3600 + 60));
    await route.fulfill({ response, json: sessions });
  });
  const buttons = end((await openSessions(page, ada)).others);
  await expect(buttons).toHaveCount(2);
  const line = /button "(.*)"/;
  const names = (await Promise.all((await buttons.all()).map((button) => button.ariaSnapshot()))).map((tree) => tree.match(line)![1]!);
  for (const name of names) expect(name).toMatch(/^Sign out Chrome on Linux \d+ \p{L}+ \d{4}, [\d:]+$/u);
  expect(new Set(names).size).toBe(2);
});

test("offline, a session that can't be signed out keeps its row and the focus, and the reason is said once", async ({ page, context, browser, baseURL, ada }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  const sessions = await openSessions(page, ada);
  const button = end(sessions.others);
  await expect(button).toBeVisible();
  await context.setOffline(true);
  await button.click();
  await expect(sessions.alert).toHaveText(/can't be reached/);
  await expect(button).toBeFocused();
  await page.waitForTimeout(12_000);
  await expect(page.locator(".cs-toast")).toBeEmpty();
  await expect(page.getByText("can't be reached")).toHaveCount(1);
  await context.setOffline(false);
  await button.click();
  await expect(page.getByText(NO_OTHERS)).toBeVisible();
});
