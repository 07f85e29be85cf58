import { launchOptions } from "../support/chromium.mjs";
import { Network } from "../support/network.ts";
import { expect, test as base } from "../support/test.ts";

const test = base.extend<{ network: Network }>({
  network: async ({ server }, use) => {
    const network = new Network(server.origin);
    // Safari and Firefox keep such pages. Chromium does not as long as they say `no-store`.
    network.removed.add("cache-control");
    await network.start();
    await use(network);
    network.stop();
  },
  baseURL: async ({ network }, use) => use(network.origin),
});

// Playwright switches the cache off.
test.use({ launchOptions: { ...launchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

test("a page that the browser restores after its session was revoked shows nothing of it", async ({ page, ada, login, dashboard, server }) => {
  const restored: string[] = [];
  page.on("console", (message) => message.text().startsWith("restored ") && restored.push(message.text()));
  await page.addInitScript(() => addEventListener("pageshow", (event) => event.persisted && console.log(`restored ${location.pathname}`)));
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await page.goto("/dashboard?second");
  await expect(dashboard.thisDevice).toBeVisible();
  // By the command line: Chromium discards a page that another tab sends a message to.
  server.run(["session", "revoke", "--user", "ada"]);
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => restored).toEqual(["restored /dashboard"]);
  await expect(page).toHaveURL("/login?next=/dashboard");
  await expect(login.heading).toBeVisible();
  await expect(dashboard.heading).toBeHidden();
});
