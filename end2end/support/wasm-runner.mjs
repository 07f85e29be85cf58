// Runs a wasm test binary in Chromium, for `cargo test --target wasm32-unknown-unknown`: wasm-bindgen-test-runner
// serves the page, and Playwright opens it, so that no second browser driver is needed.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
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

/** Stand-ins for the functions that cargo-leptos moves to the second file. No test here calls them. */
const SPLIT_OFF = "__wasm_split_placeholder__";
const wasm = await WebAssembly.compile(readFileSync(argv[2]));
const names = WebAssembly.Module.imports(wasm).filter(({ module }) => module === SPLIT_OFF).map(({ name }) => name);
const splitOff = names.map((name) => `export function ${name}() { throw new Error("split off"); }`).join("\n");
const importMap = { imports: { [SPLIT_OFF]: `data:text/javascript,${encodeURIComponent(splitOff)}` } };

const browser = await chromium.launch(launchOptions());
let passed = false;
try {
  const page = await browser.newPage();
  await page.route(new URL("/", address).href, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `<script type="importmap">${JSON.stringify(importMap)}</script>${await response.text()}` });
  });
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
