import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type BrowserContext, type Page, chromium } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { launchOptions } from "../support/chromium.mjs";
import type { Account, Server } from "../support/server.ts";
import { collectErrors, expect, statusOf, test } from "../support/test.ts";

/** Signs in, and gives the token of the response. */
async function signIn(page: Page, account: Account) {
  const login = new LoginPage(page);
  await login.open();
  const response = page.waitForResponse("**/api/login");
  await login.signIn(account);
  await expect(new DashboardPage(page).thisDevice).toBeVisible();
  return (await (await response).json()).access_token as string;
}

async function signOut(page: Page, server: Server, token: string) {
  await new DashboardPage(page).logOut();
  await expect(new LoginPage(page).notice).toHaveText("You are signed out.");
  expect(await statusOf(server, token)).toBe(401);
  expect(server.run(["session", "list"])).not.toContain("ada");
}

/** As in a browser that blocks the site's data, but not its cookies. */
const deny = (context: BrowserContext) =>
  context.addInitScript(() => {
    for (const name of ["sessionStorage", "localStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
    }
  });

test("where storage is denied, signing in, a reload and signing out work", async ({ page, context, ada, dashboard, server }) => {
  await deny(context);
  const token = await signIn(page, ada);
  await page.reload();
  await expect(dashboard.token).toBeAttached();
  await signOut(page, server, token);
});

test("without storage and without channels, the other tabs are not told, but nothing breaks", async ({ page, context, ada, server }) => {
  await deny(context);
  await context.addInitScript(() => Reflect.deleteProperty(window, "BroadcastChannel"));
  await signOut(page, server, await signIn(page, ada));
});

test("where storage is full, signing in and signing out work", async ({ page, context, ada, server }) => {
  await context.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await signOut(page, server, await signIn(page, ada));
});

test.describe("in a browser that is set to block all cookies and site data", () => {
  let folder: string;
  let blocking: BrowserContext;
  let page: Page;

  test.beforeEach(async ({ baseURL, quietConsole }) => {
    folder = mkdtempSync(join(tmpdir(), "countersign-profile-"));
    mkdirSync(join(folder, "Default"));
    const BLOCK = 2;
    const preferences = { profile: { default_content_setting_values: { cookies: BLOCK } } };
    writeFileSync(join(folder, "Default/Preferences"), JSON.stringify(preferences));
    blocking = await chromium.launchPersistentContext(folder, { ...launchOptions(), baseURL });
    collectErrors(blocking, quietConsole);
    page = await blocking.newPage();
  });

  test.afterEach(async () => {
    await blocking.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the session lasts as long as its page, and signing out ends it", async ({ ada, server }) => {
    const token = await signIn(page, ada);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await signOut(page, server, token);
  });

  test("a sign-out that was not confirmed is delivered before the next sign-in", async ({ ada, server }) => {
    const token = await signIn(page, ada);
    await page.route("**/api/logout", (route) => route.abort());
    await new DashboardPage(page).logOut();
    const login = new LoginPage(page);
    await expect(login.notice).toHaveText(/has not confirmed it yet/);
    expect(await statusOf(server, token)).toBe(200);
    await page.unroute("**/api/logout");
    await login.signIn(ada);
    await expect(new DashboardPage(page).thisDevice).toBeVisible();
    expect(await statusOf(server, token)).toBe(401);
  });
});
