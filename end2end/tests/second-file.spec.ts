import type { Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";
import { expect, refreshCookie, test } from "../support/test.ts";

const SECOND = /\/pkg\/split_.*\.wasm$/;

test.use({ mayFail: SECOND });

/** The addresses of all second files that the page asks for. */
function asked(page: Page) {
  const addresses: string[] = [];
  page.on("request", (request) => SECOND.test(request.url()) && addresses.push(request.url()));
  return addresses;
}

test("what only users need is loaded when one begins to type, and once", async ({ page, ada, login }) => {
  const files = asked(page);
  await login.open();
  await page.waitForLoadState("networkidle");
  expect(files).toEqual([]);
  const loaded = page.waitForResponse(SECOND);
  await login.username.fill("a");
  await loaded;
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard");
  expect(files).toHaveLength(1);
});

test("a page that the server renders names the file, so that it comes with the first one", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const files = asked(page);
  const html = await (await page.goto("/dashboard"))!.text();
  await expect(dashboard.thisDevice).toBeVisible();
  expect(files).toHaveLength(1);
  const address = new URL(files[0]!).pathname;
  expect(html).toMatch(new RegExp(`<link[^>]*href="${address}" rel="preload"`));
});

for (const [what, answer] of [
  ["is not there any more", { status: 404, body: "" }],
  ["is blocked", "abort"],
] as const) {
  test(`a file that ${what} keeps nobody from signing in at the first attempt`, async ({ page, context, ada, login, dashboard }) => {
    await page.route(SECOND, (route) => (answer === "abort" ? route.abort() : route.fulfill(answer)));
    await login.open();
    await login.remember.check();
    await login.signIn(ada);
    // The server takes the form, and renders the page.
    await expect(dashboard.heading).toHaveText("Hello, ada");
    expect((await refreshCookie(context))!.expires).toBeGreaterThan(0);
    await dashboard.logOut();
    await expect(login.notice).toHaveText("You are signed out.");
  });
}

test("without the file and without the server, nothing is lost", async ({ page, ada, login, server, dashboard }) => {
  await page.route(SECOND, (route) => route.abort());
  await login.open();
  await server.kill();
  await login.signIn(ada);
  await expect(login.alert).toHaveText("The server can't be reached. Check your connection and try again.");
  await expect(login.submit).toBeFocused();
  await expect(login.password).toHaveValue(ada.password);
  await server.start();
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toHaveText("Hello, ada");
});

test("a page whose file can't be loaded says so, and tries again", async ({ page, login }) => {
  await login.open();
  await page.route(SECOND, (route) => route.abort());
  await page.evaluate(() => {
    const link = document.querySelector("main")!.appendChild(document.createElement("a"));
    Object.assign(link, { href: "/dashboard", textContent: "To the dashboard" });
  });
  await page.getByRole("link", { name: "To the dashboard" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page could not be loaded");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle("This page could not be loaded · Countersign");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page).toHaveURL("/login?next=/dashboard");
  await expect(login.heading).toBeVisible();
});

test("a page that the server has rendered is hydrated as soon as its file can be loaded", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  await page.route(SECOND, (route) => route.fulfill({ status: 503, body: "" }));
  await page.reload();
  await page.waitForResponse(SECOND);
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated");
  await page.unroute(SECOND);
  await hydrated(page);
  await expect(dashboard.token).toBeAttached();
});

test("a file that is gone is asked for more and more rarely", async ({ page, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  await page.route(SECOND, (route) => route.fulfill({ status: 404, body: "" }));
  const files = asked(page);
  await page.reload();
  await expect.poll(() => files.length, { timeout: 10_000 }).toBeGreaterThan(1);
  await page.waitForTimeout(20_000);
  expect(files.length).toBeLessThanOrEqual(5);
});

test("a file that never comes is waited for no longer than an answer", async ({ page, ada, login, dashboard }) => {
  test.setTimeout(60_000);
  await page.clock.install();
  await page.route(SECOND, () => {});
  await login.open();
  await login.signIn(ada);
  await expect(login.submit).toHaveText("Signing in…");
  await page.clock.runFor(21_000);
  await expect(dashboard.heading).toHaveText("Hello, ada");
});

test("the start is nowhere to go on to", async ({ page, ada, login }) => {
  await login.open("/login?next=/");
  const seen: string[] = [];
  page.on("framenavigated", (frame) => seen.push(new URL(frame.url()).pathname));
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard");
  expect(seen).toEqual(["/dashboard"]);
});
