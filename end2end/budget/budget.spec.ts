import { extname } from "node:path";

import { firstVisit } from "../support/first-visit.ts";
import { expect, test } from "../support/test.ts";

/** Limits for each kind of file in a first visit to the login page, in bytes on the wire with headers. */
const LIMITS: Record<string, number> = { html: 8_000, css: 5_000, js: 9_000, wasm: 170_000, svg: 2_000 };
const ALL = 210_000;
/** HTML and the CSS that it names, with which the form can be used. */
const USABLE = 12_000;

test("a first visit stays within its budget", async ({ page, server }) => {
  const files = await firstVisit(page, `${server.origin}/login`);
  const rows = await Promise.all(
    files.map(async ({ url, received }) => {
      const kind = extname(new URL(url).pathname).slice(1) || "html";
      const raw = (await (await fetch(url, { headers: { "accept-encoding": "identity" } })).arrayBuffer()).byteLength;
      return { kind, url, raw, received, limit: LIMITS[kind] ?? 0 };
    }),
  );
  const sum = (kinds?: string[]) => rows.filter(({ kind }) => kinds?.includes(kind) ?? true).reduce((sum, { received }) => sum + received, 0);
  console.table([...rows, { kind: "all", raw: rows.reduce((sum, { raw }) => sum + raw, 0), received: sum(), limit: ALL }]);
  expect(rows.filter(({ received, limit }) => received > limit)).toEqual([]);
  expect(sum()).toBeLessThanOrEqual(ALL);
  expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["html", "css", "js", "wasm"]));
  const html = await (await fetch(`${server.origin}/login`)).text();
  const first = rows.filter(({ kind, url }) => kind === "html" || (kind === "css" && html.includes(new URL(url).pathname)));
  // The last part of the HTML may arrive after the CSS.
  expect(first.map(({ kind }) => kind).sort()).toEqual(["css", "html"]);
  expect(first.reduce((sum, { received }) => sum + received, 0)).toBeLessThanOrEqual(USABLE);
});
