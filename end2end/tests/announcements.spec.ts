import type { Locator, Page } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, test } from "../support/test.ts";

const UNAVAILABLE = { status: 503, json: { error: "unavailable", message: "x" } };
const CANT_ANSWER = "The server can't answer right now. Try again in a moment.";

/** Every text that a live region has from now on. The same text twice is announced if there was none between. */
async function listen(region: Locator) {
  await region.evaluate((element) => {
    const texts = [element.textContent];
    Object.assign(window, { texts });
    new MutationObserver(() => {
      if (texts.at(-1) !== element.textContent) texts.push(element.textContent);
    }).observe(element, { childList: true, characterData: true, subtree: true });
  });
  return (page: Page) => page.evaluate(() => Reflect.get(window, "texts"));
}

test("when a list can't be loaded again, that is announced again, and the button keeps the focus", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await page.route("**/api/events", (route) => route.fulfill(UNAVAILABLE));
  await login.signIn(ada);
  const alert = dashboard.activity.getByRole("alert");
  const retry = dashboard.activity.getByRole("button", { name: "Try again" });
  await expect(alert).toHaveText(CANT_ANSWER);
  const texts = await listen(alert);
  await retry.click();
  await expect.poll(() => texts(page)).toEqual([CANT_ANSWER, "", CANT_ANSWER]);
  await expect(retry).toBeFocused();
});

test("when a list can be loaded at last, its heading has the focus", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await page.route(/\/api\/(events|sessions)$/, (route) => route.fulfill(UNAVAILABLE));
  await login.signIn(ada);
  for (const region of [dashboard.activity, dashboard.sessions]) {
    await expect(region.getByRole("alert")).toHaveText(CANT_ANSWER);
  }
  await page.unroute(/\/api\/(events|sessions)$/);
  for (const region of [dashboard.activity, dashboard.sessions]) {
    await region.getByRole("button", { name: "Try again" }).focus();
    await page.keyboard.press("Enter");
    await expect(region.getByRole("alert")).toHaveCount(0);
    await expect(region.getByRole("heading")).toBeFocused();
  }
});

test("an error of a session's sign-out is announced each time", async ({ page, browser, baseURL, ada, login }) => {
  const other = await (await browser.newContext({ baseURL })).newPage();
  await new LoginPage(other).open();
  await new LoginPage(other).signIn(ada);
  await expect(new DashboardPage(other).heading).toBeVisible();
  const sessions = new SessionsPage(page);
  await login.open("/login?next=/account/sessions");
  await login.signIn(ada);
  const button = sessions.others.getByRole("button", { name: /^Sign out/ });
  await page.route("**/api/revoke_session", (route) => route.fulfill(UNAVAILABLE));
  await button.click();
  const { alert } = sessions;
  await expect(alert).toHaveText(CANT_ANSWER);
  const texts = await listen(alert);
  await button.click();
  await expect.poll(() => texts(page)).toEqual([CANT_ANSWER, "", CANT_ANSWER]);
});

test("that a page is loading or a sign-in is under way is said, not only shown", async ({ page, ada, login, dashboard }) => {
  await login.open();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/login", async (route) => {
    await held;
    await route.continue();
  });
  await page.route(/\/api\/(events|sessions)$/, () => {});
  const signingIn = page.getByRole("status").filter({ hasText: "Signing in…" });
  await expect(signingIn).toHaveCount(0);
  await login.signIn(ada);
  await expect(signingIn).toHaveCount(1);
  release();
  await expect(dashboard.heading).toBeVisible();
  for (const region of [dashboard.sessions, dashboard.activity]) {
    await expect(region.getByRole("status").filter({ hasText: "Loading" })).toHaveCount(1);
  }
});

test("during a delay the button is disabled for the name that has to wait, and for no other", async ({ page, login }) => {
  await login.open();
  await page.route("**/api/login", (route) => route.fulfill({ status: 429, json: { error: "throttled", message: "x", retry_after: 90 } }));
  await login.signIn({ name: "ada", password: "wrong guess" });
  await expect(login.wait).not.toBeEmpty();
  await expect(login.submit).toHaveAttribute("aria-disabled", "true");
  await login.username.fill("eve");
  await expect(login.submit).toHaveAttribute("aria-disabled", "false");
  await login.username.fill("ada");
  await expect(login.submit).toHaveAttribute("aria-disabled", "true");
});
