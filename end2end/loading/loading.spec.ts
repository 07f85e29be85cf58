import { spawn } from "node:child_process";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

import type { Browser } from "@playwright/test";

import { firstVisit } from "../support/first-visit.ts";
import { expect, test } from "../support/test.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/PERFORMANCE.md");
/** A telephone on a slow line: 1.6 Mbit/s down, and 150 ms there and back. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const ROUNDS = 5;

/** In milliseconds since the visit began. */
interface Times {
  /** The largest contentful paint. */
  painted: number;
  /** The wasm has taken over the page: it listens to nothing new after that. */
  hydrated: number;
}

async function visit(browser: Browser, address: string): Promise<Times> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", SLOW);
  await page.addInitScript(() => {
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...rest: Parameters<typeof listen>) {
      Object.assign(window, { hydrated: performance.now() });
      return listen.apply(this, rest);
    };
  });
  await page.goto(address, { waitUntil: "networkidle" });
  await page.waitForTimeout(500);
  const times = await page.evaluate(
    () =>
      new Promise<Times>((resolve) => {
        new PerformanceObserver((list) => {
          const painted = list.getEntries().at(-1)?.startTime ?? Number.NaN;
          resolve({ painted, hydrated: Reflect.get(window, "hydrated") });
        }).observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
  await context.close();
  return times;
}

const median = (figures: number[]) => figures.sort((one, other) => one - other)[Math.floor(figures.length / 2)]!;

/** All that a first visit takes over the wire, and how much of it is there when a form could be used. */
async function bytes(browser: Browser, address: string) {
  const page = await browser.newPage();
  const files = await firstVisit(page, address);
  await page.close();
  const sum = (kinds: string[]) =>
    files.filter(({ url }) => kinds.includes(extname(new URL(url).pathname)) || kinds.length === 0).reduce((sum, { received }) => sum + received, 0);
  return { all: sum([]), usable: sum(["", ".css"]) };
}

/** How large the wasm is that a page loads first, with brotli. */
function firstWasm(site: string, name: RegExp) {
  const pkg = join(ROOT, site, "pkg");
  return statSync(join(pkg, readdirSync(pkg).find((file) => name.test(file))!)).size;
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const verdict = (reached: boolean) => (reached ? "reached" : "**missed**");

/** The plain page's server, on a port of its own. */
async function plain() {
  const child = spawn(join(ROOT, "target/plain/release/plain"), { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = line.match(/listening on (\S+)/)?.[1];
    if (origin) return { origin, stop: () => child.kill() };
  }
  throw new Error("the plain page's server did not start");
}

test("how soon the login page can be seen and used, on a slow line", async ({ browser, server }) => {
  test.setTimeout(300_000);
  const other = await plain();
  const ours: Times[] = [];
  const theirs: Times[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await visit(browser, `${server.origin}/login`));
    theirs.push(await visit(browser, other.origin));
  }
  const [taken, plainly] = [await bytes(browser, `${server.origin}/login`), await bytes(browser, other.origin)];
  other.stop();
  const wasm = firstWasm("target/site", /^countersign\..*\.wasm\.br$/);
  const plainWasm = firstWasm("target/plain/site", /^plain\.wasm\.br$/);
  const sizes =
    "| a first visit | `/login` | plain page with a counter | figure | goal | |\n|---|--:|--:|--:|--:|---|\n" +
    `| all bytes on the wire | ${kilobytes(taken.all)} | ${kilobytes(plainly.all)} | ${kilobytes(taken.all)} | ≤ 190 kB | ${verdict(taken.all <= 190_000)} |\n` +
    `| of them until the form can be used | ${kilobytes(taken.usable)} | | ${kilobytes(taken.usable)} | ≤ 15 kB | ${verdict(taken.usable <= 15_000)} |\n` +
    `| wasm, with brotli | ${kilobytes(wasm)} | ${kilobytes(plainWasm)} | ${(wasm / plainWasm).toFixed(2)} | ≤ 1.7 | ${verdict(wasm <= 1.7 * plainWasm)} |\n`;
  const line = (name: string, times: Times[]) =>
    `| ${name} | ${median(times.map(({ painted }) => painted)).toFixed(0)} ms | ${median(times.map(({ hydrated }) => hydrated)).toFixed(0)} ms |\n`;
  const table = `${sizes}\n| page | largest contentful paint | hydrated |\n|---|--:|--:|\n${line("`/login`", ours)}${line("plain page with a counter", theirs)}`;
  console.log(table);
  const text = readFileSync(PAGE, "utf8");
  const section = /(<!-- browser -->\n)[^]*(<!-- end of browser -->)/;
  expect(text).toMatch(section);
  writeFileSync(PAGE, text.replace(section, (_, begin, end) => begin + table + end));
  // The form is there, and can be sent, long before the wasm is.
  for (const { painted, hydrated } of ours) expect(painted).toBeLessThan(hydrated / 2);
});
