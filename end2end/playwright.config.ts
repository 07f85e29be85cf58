import { defineConfig } from "@playwright/test";

import { launchOptions } from "./support/chromium.mjs";

/** `make gallery` sets it. */
const TAKES = process.env.GALLERY === "take";

export default defineConfig({
  projects: [
    { name: "specs", testDir: "./tests" },
    // Its pictures are documents, and what the pages are compared with.
    { name: "gallery", testDir: "./gallery", snapshotPathTemplate: "../docs/gallery/{arg}{ext}", ...(TAKES ? { teardown: "gallery page" } : {}) },
    { name: "budget", testDir: "./budget" },
    // Those of `make bench`, which look at another page beside ours.
    ...(process.env.LOADING ? [{ name: "loading", testDir: "./loading" }] : []),
    // Not among the tests that are always run: it is downloaded for this, and takes its time.
    ...(process.env.LIGHTHOUSE ? [{ name: "lighthouse", testDir: "./lighthouse" }] : []),
    ...(TAKES ? [{ name: "gallery page", testDir: "./gallery", testMatch: "finish.teardown.ts" }] : []),
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
