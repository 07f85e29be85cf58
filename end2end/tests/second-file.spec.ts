import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

const SECOND = /\/pkg\/split_.*\.wasm$/;

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
  await expect(dashboard.detail("Session id")).toBeVisible();
  const files = asked(page);
  const html = await (await page.goto("/dashboard"))!.text();
  await expect(dashboard.detail("Session id")).toBeVisible();
  expect(files).toHaveLength(1);
  const address = new URL(files[0]!).pathname;
  expect(html).toMatch(new RegExp(`<link[^>]*href="${address}" rel="preload"`));
});

test("a file that is not there any more keeps nobody from signing in", async ({ page, ada, login, dashboard }) => {
  await page.route(SECOND, (route) => route.fulfill({ status: 404, body: "" }));
  await login.open();
  await login.signIn(ada);
  await expect(login.alert).toHaveText("The server can't be reached. Check your connection and try again.");
  await expect(login.submit).toBeFocused();
  await expect(login.password).toHaveValue(ada.password);
  await page.keyboard.press("Enter");
  // The server takes the form, and renders the page.
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await dashboard.signOut.click();
  await expect(login.notice).toHaveText("You are signed out.");
});


test("a page whose file can't be loaded says so, and tries again", async ({ page, login }) => {
  await login.open();
  await page.route(SECOND, (route) => route.abort());
  await page.evaluate(() => {
    const link = document.body.appendChild(document.createElement("a"));
    Object.assign(link, { href: "/dashboard", textContent: "To the dashboard" });
  });
  await page.getByRole("link", { name: "To the dashboard" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page could not be loaded");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page).toHaveURL("/login?next=/dashboard");
  await expect(login.heading).toBeVisible();
});
