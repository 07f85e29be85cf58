import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "./test.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/PERFORMANCE.md");

export const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
export const verdict = (reached: boolean) => (reached ? "reached" : "**missed**");

/** The bytes of those files of a built site whose names are of this form. */
export function sizeOf(site: string, name: RegExp) {
  const folder = join(ROOT, site, "pkg");
  const sizes = readdirSync(folder).filter((file) => name.test(file)).map((file) => statSync(join(folder, file)).size);
  expect(sizes, `${name} in ${site}`).not.toHaveLength(0);
  return sizes.reduce((sum, size) => sum + size);
}

/** Replaces a section of docs/PERFORMANCE.md. */
export function writeTable(section: string, table: string) {
  console.log(table);
  const text = readFileSync(PAGE, "utf8");
  const between = new RegExp(`(<!-- ${section} -->\\n)[^]*(<!-- end of ${section} -->)`);
  expect(text).toMatch(between);
  writeFileSync(PAGE, text.replace(between, (_, begin, end) => begin + table + end));
}
