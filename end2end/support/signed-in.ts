import type { Browser, Page } from "@playwright/test";

import type { Account } from "./server.ts";

/** Signs in and goes on to a page, in every language, with scripts or without. */
export async function signIn(page: Page, { name, password }: Account, path = "/dashboard") {
  await page.goto(`/login?next=${path}`);
  await page.locator("#username").fill(name);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(path);
}

/** Signs in in another browser, which is quick because it runs no scripts. Returns its page. */
export async function signInElsewhere(browser: Browser, baseURL: string, account: Account) {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: false })).newPage();
  await signIn(page, account);
  return page;
}
