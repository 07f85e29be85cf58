import { SessionsPage } from "../pages/sessions.ts";
import { expect, test } from "../support/test.ts";

const UNAVAILABLE = "The server can't answer right now. Try again in a moment.";

test("a list that can't be fetched says why, and appears when it is tried again", async ({ page, ada, login, dashboard }) => {
  await page.route("**/api/events", (route) => route.fulfill({ status: 503, body: "" }));
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.activity.getByRole("alert")).toHaveText(UNAVAILABLE);
  await expect(dashboard.thisDevice).toBeVisible();
  await page.unroute("**/api/events");
  await dashboard.activity.getByRole("button", { name: "Try again" }).click();
  await expect(dashboard.activity.getByRole("listitem").first()).toContainText("Signed in");
});

test("offline, the dashboard keeps what it knows and says that it may be out of date", async ({ page, context, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const place = await dashboard.sessions.boundingBox();
  await context.setOffline(true);
  await expect(dashboard.toast).toHaveText("The server can't be reached. Check your connection and try again.", { timeout: 15_000 });
  await expect(dashboard.thisDevice).toBeVisible();
  expect(await dashboard.sessions.boundingBox()).toEqual(place);
  await context.setOffline(false);
  await expect(dashboard.toast).toBeEmpty({ timeout: 15_000 });
  expect(page.url()).toContain("/dashboard");
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  test("times are the browser's, on a page that the server has rendered too", async ({ page, ada, login, dashboard }) => {
    await login.open();
    await login.signIn(ada);
    await dashboard.openDetails();
    const ends = dashboard.detail("Session ends");
    await expect(ends).toHaveText(/^\d{1,2} [A-Z][a-z]+ \d{4}, \d{2}:\d{2}$/);
    const local = await ends.textContent();
    const utc = (await ends.locator("time").getAttribute("datetime"))!;
    expect(new Date(utc).toLocaleString("en-GB", { timeZone: "Asia/Kolkata", dateStyle: "medium", timeStyle: "short" })).toBe(local);
    const html = await (await page.reload())!.text();
    expect(html).toContain(`${utc.slice(0, 16).replace("T", " ")} UTC`);
    await expect(ends).toHaveText(local!);
  });
});

test("a page that is left while it waits for a response leaves no error behind", async ({ page, ada, login, dashboard }) => {
  await login.open();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/api\/(sessions|events)$/, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await login.signIn(ada);
  await expect(dashboard.sessions.getByRole("status").filter({ hasText: "Loading" })).toBeVisible();
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");
  release();
  await page.waitForTimeout(500);
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
});

test("a long list of sessions has a page of its own, and leaves the dashboard as it is", async ({ page, ada, login, dashboard, server }) => {
  const fields = new URLSearchParams({ username: ada.name, password: ada.password });
  for (let number = 0; number < 12; number += 1) {
    await fetch(`${server.origin}/api/login`, { method: "POST", body: fields, headers: { "user-agent": `Device ${number}` } });
  }
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.sessions).toContainText("12 other sessions");
  await expect(dashboard.sessions.getByRole("listitem")).toHaveCount(3);
  await dashboard.sessions.getByRole("link", { name: "All sessions" }).click();
  const sessions = new SessionsPage(page);
  await expect(sessions.rows).toHaveCount(13);
  await expect(sessions.rows.first()).toContainText("This device");
  const last = sessions.others.last().getByRole("button", { name: /^Sign out/ });
  await last.focus();
  await expect(last).toBeInViewport({ ratio: 1 });
  await sessions.everywhereElse.click();
  await expect(sessions.rows).toHaveCount(1);
  await expect(sessions.heading).toBeInViewport({ ratio: 1 });
});

for (const width of [412, 1280]) {
  test(`what comes in place of an outline is as high as it, ${width} px wide`, async ({ page, ada, login, dashboard }) => {
    await page.setViewportSize({ width, height: 820 });
    await login.open();
    let letThemCome = () => {};
    const held = new Promise<void>((resolve) => (letThemCome = resolve));
    await page.route("**/api/sessions", async (route) => {
      await held;
      await route.continue();
    });
    await login.signIn(ada);
    await expect(dashboard.sessions.getByRole("status").filter({ hasText: "Loading" })).toBeVisible();
    await expect(dashboard.activity.getByRole("listitem")).not.toHaveCount(0);
    const height = async () => (await dashboard.sessions.boundingBox())!.height;
    const before = await height();
    letThemCome();
    await expect(dashboard.thisDevice).toBeVisible();
    expect(Math.abs((await height()) - before)).toBeLessThan(16);
  });
}
