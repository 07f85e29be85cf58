import { defineConfig } from "@playwright/test";

import { launchOptions } from "./support/chromium.mjs";
import type { DatabaseKind } from "./support/postgres.ts";

export default defineConfig<{ database: DatabaseKind }>({
  projects: [
    { name: "specs", testDir: "./tests" },
    { name: "specs-postgres", testDir: "./tests", testMatch: /sign-(in|out)\.spec/, use: { database: "postgres" } },
    { name: "examples", testDir: "./examples" },
    { name: "examples-postgres", testDir: "./examples", use: { database: "postgres" } },
    { name: "states", testDir: "./states", snapshotPathTemplate: "{testDir}/trees/{arg}.aria{ext}" },
    { name: "budget", testDir: "./budget" },
    // Only for `make screenshots`: it writes into docs/gallery.
    ...(process.env.SCREENSHOTS ? [{ name: "screenshots", testDir: "./screenshots" }] : []),
    // Only for `make bench`: it compares our page with another one.
    ...(process.env.LOADING ? [{ name: "loading", testDir: "./loading" }] : []),
    // Only for `make lighthouse`: it downloads Lighthouse.
    ...(process.env.LIGHTHOUSE ? [{ name: "lighthouse", testDir: "./lighthouse" }] : []),
  ],
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  timeout: 30_000,
  reporter: [["list"], ["./support/closing-line.ts"]],
  use: {
    launchOptions: launchOptions(),
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "UTC",
  },
});
