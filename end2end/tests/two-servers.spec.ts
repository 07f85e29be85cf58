import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { ThemeSwitch } from "../pages/theme.ts";
import { Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

test("two servers on one host with two prefixes leave each other's sessions alone", async ({ context, page, ada, login, dashboard }) => {
  const second = new Server({ COUNTERSIGN_SERVER_COOKIE_PREFIX: "second" });
  try {
    await second.start();
    const account = second.addUser("eve", "difference engine");
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.thisDevice).toBeVisible();

    const other = await context.newPage();
    await other.goto(`${second.origin}/login`);
    await new LoginPage(other).signIn(account);
    const there = new DashboardPage(other);
    await expect(there.thisDevice).toBeVisible();
    await new ThemeSwitch(other).choose("Dark");
    await expect(other.locator("html")).toHaveAttribute("data-theme", "dark");

    await page.reload();
    await expect(dashboard.thisDevice).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "system");

    // The sign-out can't reach its server, so the note about it stays.
    await other.route("**/api/logout", (route) => route.abort());
    await there.logOut();
    await expect(new LoginPage(other).heading).toBeVisible();
    const names = async () => (await context.cookies()).map((cookie) => cookie.name).sort();
    expect(await names()).toEqual(
      ["countersign", "countersign-device", "second", "second-device", "second-pending-logout", "second-theme"],
    );
    await page.reload();
    await expect(dashboard.thisDevice).toBeVisible();

    await other.unroute("**/api/logout");
    await expect(new LoginPage(other).notice).toHaveText("You are signed out.");
    expect(await names()).toEqual(["countersign", "countersign-device", "second-device", "second-theme"]);
    await page.reload();
    await expect(dashboard.thisDevice).toBeVisible();
  } finally {
    await second.remove();
  }
});
