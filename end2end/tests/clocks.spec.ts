import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

const HOUR = 3_600_000;

/** Counts the responses to requests for a path. */
function count(page: Page, path: string, status?: number) {
  const seen: number[] = [];
  page.on("response", (response) => {
    if (new URL(response.url()).pathname === path && response.status() === (status ?? response.status())) seen.push(1);
  });
  return seen;
}

for (const [what, difference] of [["fast", HOUR], ["slow", -HOUR]] as const) {
  test(`with a clock an hour ${what}, a token is used for as long as it is valid`, async ({ page, ada, login, dashboard }) => {
    test.slow();
    await page.clock.install({ time: Date.now() + difference });
    const refreshes = count(page, "/api/refresh");
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min/);
    await page.reload();
    await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min/);
    await page.waitForTimeout(12_000);
    expect(refreshes).toHaveLength(0);
  });
}

test("a clock that is set while a token is in use costs one refresh each time", async ({ page, ada, login, dashboard }) => {
  test.slow();
  await page.clock.install();
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min/);
  const refreshes = count(page, "/api/refresh");
  // As after a sleep, in which `performance.now()` stood still.
  await page.clock.setSystemTime(Date.now() + HOUR);
  await expect.poll(() => refreshes.length, { timeout: 12_000 }).toBe(1);
  await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min/);
  await page.clock.setSystemTime(Date.now() - HOUR);
  await expect.poll(() => refreshes.length, { timeout: 12_000 }).toBe(2);
  await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min/);
  await page.waitForTimeout(12_000);
  expect(refreshes).toHaveLength(2);
});

test.describe("with tokens of four seconds", () => {
  test.use({ settings: { COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS: "4" } });

  test("with a clock an hour slow, no expired token is sent", async ({ page, ada, login, dashboard }) => {
    test.slow();
    await page.clock.install({ time: Date.now() - HOUR });
    const [answered, refused] = [count(page, "/api/sessions"), count(page, "/api/sessions", 401)];
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.thisDevice).toBeVisible();
    await expect.poll(() => answered.length, { timeout: 30_000 }).toBeGreaterThan(2);
    expect(refused).toHaveLength(0);
  });
});
