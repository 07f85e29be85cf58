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

/** Answers with the request, as a server function that takes the token with the sid of `SECOND` alone. */
async function echo(route) {
  const request = route.request();
  const { authorization, "content-type": type } = await request.allHeaders();
  if (new URL(request.url()).pathname === "/echo/refused") return route.fulfill({ status: 401, json: "of its own" });
  if (authorization !== `Bearer ${token(SECOND)}`) {
    return route.fulfill({ status: 401, headers: { "www-authenticate": "Bearer" }, json: "refused" });
  }
  const body = request.postDataBuffer()?.toString("utf8") ?? null;
  await route.fulfill({ json: { method: request.method(), address: new URL(request.url()).pathname + new URL(request.url()).search, type, body } });
}

const SECOND = "00000000-0000-0000-0000-000000000002";
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (sid) => `${base64url({})}.${base64url({ sid, iat: 0, exp: 900 })}.c2ln`;

function tokens() {
  const user = { id: "00000000-0000-0000-0000-000000000000", username: "ada" };
  return { access_token: token(SECOND), token_type: "Bearer", expires_in: 900, user };
}

const browser = await chromium.launch(launchOptions());
let passed = false;
try {
  const page = await browser.newPage();
  await page.route(new URL("/", address).href, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `<script type="importmap">${JSON.stringify(importMap)}</script>${await response.text()}` });
  });
  await page.route("**/echo/**", echo);
  await page.route("**/api/refresh", (route) => route.fulfill({ json: tokens() }));
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
