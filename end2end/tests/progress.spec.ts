import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

/** Holds answers back for a while. */
const hold = (page: Page, address: string, milliseconds: number) =>
  page.route(address, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await route.continue();
  });

/** The line at the top. */
const bar = (page: Page) =>
  page.evaluate(() => {
    const { opacity, position, insetBlockStart, content, animationName, inlineSize } = getComputedStyle(document.body, "::before");
    return { opacity, position, insetBlockStart, content, animationName, inlineSize };
  });

/** The largest opacity that the line at the top has had since. */
async function watch(page: Page) {
  await page.evaluate(() => {
    Object.assign(window, { seen: 0 });
    const look = () => {
      const opacity = Number(getComputedStyle(document.body, "::before").opacity);
      Object.assign(window, { seen: Math.max(Reflect.get(window, "seen"), opacity) });
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => Reflect.get(window, "seen"));
}

test("an answer that takes its time is waited for with a line at the top", async ({ page, ada, login, dashboard }) => {
  await login.open();
  expect(await bar(page)).toMatchObject({ opacity: "0" });
  await hold(page, "**/api/login", 1500);
  await login.signIn(ada);
  await expect.poll(() => bar(page)).toMatchObject({ opacity: "1", position: "fixed", insetBlockStart: "0px", content: '""' });
  await expect(dashboard.heading).toBeVisible();
  await expect.poll(() => bar(page)).toMatchObject({ opacity: "0" });
});

test("an answer that comes at once is not", async ({ page, login }) => {
  await login.open();
  const seen = await watch(page);
  await page.route("**/api/login", (route) => route.fulfill({ status: 401, json: { error: "invalid_credentials", message: "x" } }));
  await login.signIn({ name: "ada", password: "wrong guess" });
  await expect(login.alert).toHaveText(/wrong/);
  await page.waitForTimeout(300);
  expect(await seen()).toBe(0);
});

test("nobody is made to look at what is asked again in the background", async ({ page, ada, login, dashboard }) => {
  test.slow();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(dashboard.activity.getByRole("listitem")).not.toHaveCount(0);
  await page.waitForTimeout(500);
  const seen = await watch(page);
  await hold(page, "**/api/sessions", 700);
  await page.waitForResponse("**/api/sessions", { timeout: 15_000 });
  expect(await seen()).toBe(0);
});

test("who wants no motion sees a line that stands still", async ({ page, ada, login }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await login.open();
  await hold(page, "**/api/login", 1500);
  await login.signIn(ada);
  await expect.poll(() => bar(page)).toMatchObject({ opacity: "1", animationName: "none", inlineSize: "1280px" });
});
