import type { Browser } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import type { Account } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

/** The same user in another browser. */
async function elsewhere(browser: Browser, baseURL: string, account: Account) {
  const page = await (await browser.newContext({ baseURL })).newPage();
  const login = new LoginPage(page);
  await login.open();
  await login.signIn(account);
  await expect(new DashboardPage(page).heading).toBeVisible();
  return page;
}

test("a session elsewhere is shown, and can be signed out from here", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.others).toContainText("No other sessions");
  const other = await elsewhere(browser, baseURL!, ada);

  await page.reload();
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1);
  await dashboard.others.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await expect(dashboard.others).toContainText("No other sessions");
  await expect(dashboard.others.getByRole("status")).toHaveText(/^Signed out Chrome/);
  await expect(dashboard.others.getByRole("heading")).toBeFocused();
  await expect(dashboard.activity).toContainText("Signed out from another session");

  await other.reload();
  await expect(other).toHaveURL("/login?next=/dashboard");
  await expect(page).toHaveURL("/dashboard");
});

test("a session that begins or ends elsewhere comes and goes by itself", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.others).toContainText("No other sessions");
  const other = await elsewhere(browser, baseURL!, ada);
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1, { timeout: 15_000 });

  await dashboard.everywhereElse.click();
  await dashboard.others.getByLabel("Confirm your password").fill("half of my pass");
  await new DashboardPage(other).signOut.click();
  await elsewhere(browser, baseURL!, ada);
  await page.waitForTimeout(12_000);
  await expect(dashboard.others.getByLabel("Confirm your password")).toHaveValue("half of my pass");
});

test("a row keeps the focus while the list around it changes", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  const newest = await elsewhere(browser, baseURL!, ada);
  await login.open();
  await login.signIn(ada);
  const rows = dashboard.others.getByRole("listitem");
  await expect(rows).toHaveCount(2);
  // The newest session is the first row.
  await rows.nth(1).getByRole("button").focus();
  await new DashboardPage(newest).signOut.click();
  await expect(rows).toHaveCount(1, { timeout: 15_000 });
  await expect(rows.nth(0).getByRole("button")).toBeFocused();
});

test("a row stays where somebody may aim at it when another session begins", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  await login.open();
  await login.signIn(ada);
  const rows = dashboard.others.getByRole("listitem");
  await expect(rows).toHaveCount(1);
  const id = await rows.getByRole("button").getAttribute("id");
  await elsewhere(browser, baseURL!, ada);
  await expect(rows).toHaveCount(2, { timeout: 15_000 });
  await expect(rows.nth(0).getByRole("button")).toHaveAttribute("id", id!);
  await page.reload();
  await expect(rows.nth(1).getByRole("button")).toHaveAttribute("id", id!);
});

test("a late response to an earlier poll does not replace a newer one", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.others).toContainText("No other sessions");
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
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1, { timeout: 20_000 });
  const late = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/api/sessions"));
  release();
  await late;
  await page.waitForTimeout(200);
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1);
});

test("a poll that is answered late does not replace what was fetched by hand since", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await page.route("**/api/sessions", (route) => route.fulfill({ status: 503, body: "" }));
  await login.signIn(ada);
  const again = dashboard.current.getByRole("button", { name: "Try again" });
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
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1);
  const late = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/api/sessions"));
  release();
  await late;
  await page.waitForTimeout(200);
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(1);
});

test("signing out everywhere else asks for the password", async ({ page, browser, baseURL, ada, login, dashboard }) => {
  const others = [await elsewhere(browser, baseURL!, ada), await elsewhere(browser, baseURL!, ada)];
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(2);
  await dashboard.everywhereElse.click();
  const password = dashboard.others.getByLabel("Confirm your password");
  const button = dashboard.others.getByRole("button", { name: "Sign out everywhere else" });

  await button.click();
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription("Enter your password.");
  await password.fill("wrong guess");
  await button.click();
  await expect(dashboard.others.getByText("The password is wrong.")).toBeVisible();
  await expect(dashboard.others.getByRole("listitem")).toHaveCount(2);

  await password.fill(ada.password);
  await page.keyboard.press("Enter");
  await expect(dashboard.others).toContainText("No other sessions");
  await expect(dashboard.others.getByRole("status")).toHaveText("Signed out 2 sessions.");
  await expect(page).toHaveURL("/dashboard");
  for (const other of others) {
    await other.reload();
    await expect(other).toHaveURL("/login?next=/dashboard");
  }
});

test("the activity of the account is described in plain words", async ({ page, ada, login, dashboard, server }) => {
  await login.open();
  await login.signIn({ ...ada, password: "wrong guess" });
  await expect(login.alert).toHaveText(/wrong/);
  await login.signIn(ada);
  const rows = dashboard.activity.getByRole("listitem");
  await expect(rows.nth(0)).toContainText(/^Signed in.*from 127\.0\.0\.1/);
  await expect(rows.nth(1)).toContainText("Failed sign-in");
  await expect(rows.nth(2)).toContainText("Account created");
  server.run(["session", "revoke", "--user", "ada"]);
  await expect(page).toHaveURL("/login?next=/dashboard", { timeout: 15_000 });
});

test("sessions of the same device have buttons of different names", async ({ browser, baseURL, ada, login, dashboard, page }) => {
  await page.clock.setFixedTime(Date.now());
  await elsewhere(browser, baseURL!, ada);
  await elsewhere(browser, baseURL!, ada);
  await page.route("**/api/sessions", async (route) => {
    const response = await route.fetch();
    const sessions = await response.json();
    sessions.forEach(({ session }: { session: { created_at: number } }, number: number) => (session.created_at -= number * 3600));
    await route.fulfill({ response, json: sessions });
  });
  await login.open();
  await login.signIn(ada);
  const buttons = dashboard.others.getByRole("listitem").getByRole("button");
  await expect(buttons).toHaveCount(2);
  const line = /button "(.*)"/;
  const names = (await Promise.all((await buttons.all()).map((button) => button.ariaSnapshot()))).map((tree) => tree.match(line)![1]!);
  for (const name of names) expect(name).toMatch(/^Sign out Chrome on Linux .*\d/);
  expect(new Set(names).size).toBe(2);
});

test("offline, a session that can't be signed out keeps its row and the focus, and the reason is said once", async ({ page, context, browser, baseURL, ada, login, dashboard }) => {
  test.slow();
  await elsewhere(browser, baseURL!, ada);
  await login.open();
  await login.signIn(ada);
  const button = dashboard.others.getByRole("listitem").getByRole("button");
  await expect(button).toBeVisible();
  await context.setOffline(true);
  await button.click();
  await expect(dashboard.others.getByRole("alert").first()).toHaveText(/can't be reached/);
  await expect(button).toBeFocused();
  await page.waitForTimeout(12_000);
  await expect(dashboard.toast).toBeEmpty();
  await expect(page.getByText("can't be reached")).toHaveCount(1);
  await context.setOffline(false);
  await button.click();
  await expect(dashboard.others).toContainText("No other sessions");
});

test("a wrong password does not stay in its field", async ({ browser, baseURL, ada, login, dashboard }) => {
  await elsewhere(browser, baseURL!, ada);
  await login.open();
  await login.signIn(ada);
  await dashboard.everywhereElse.click();
  const password = dashboard.others.getByLabel("Confirm your password");
  await password.fill("half of my pass");
  await password.press("Enter");
  await expect(dashboard.others.getByText("The password is wrong.")).toBeVisible();
  await expect(password).toHaveValue("");
  await expect(password).toBeFocused();
  await password.fill("one\ttwo");
  await password.press("Enter");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveAccessibleDescription("Password: invalid characters.");
  await password.fill(ada.password);
  await password.press("Enter");
  await expect(dashboard.others).toContainText("No other sessions");
});
