// Runs a wasm test binary in Chromium, for `cargo test --target wasm32-unknown-unknown`: wasm-bindgen-test-runner
// serves the page, and Playwright opens it, so that no second browser driver is needed.
import { spawn } from "node:child_process";
import { argv, exit } from "node:process";

import { chromium } from "@playwright/test";

import { launchOptions } from "./chromium.mjs";

const MINUTE = 60_000;
const runner = spawn("wasm-bindgen-test-runner", argv.slice(2), {
  env: { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" },
  stdio: ["ignore", "pipe", "inherit"],
});
const address = await new Promise((resolve, reject) => {
  let said = "";
  runner.stdout.on("data", (text) => {
    said += text;
    const found = said.match(/available at (http:\S+)/);
    if (found) resolve(found[1]);
  });
  runner.on("error", reject);
  runner.on("exit", (code) => reject(new Error(`wasm-bindgen-test-runner ended with ${code}: ${said}`)));
});

const browser = await chromium.launch(launchOptions());
let passed = false;
try {
  const page = await browser.newPage();
  await page.goto(address);
  const output = page.locator("#output");
  await page.waitForFunction(() => document.querySelector("#output")?.textContent?.includes("test result:"), null, {
    timeout: 2 * MINUTE,
  });
  const text = (await output.textContent()) ?? "";
  console.log(text);
  passed = /test result: ok\. [1-9]\d* passed/.test(text);
} finally {
  await browser.close();
  runner.kill();
}
exit(passed ? 0 : 1);
