// Makes the icons that can't be SVG out of public/favicon.svg: `make icons`.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { chromium } from "@playwright/test";

import { launchOptions } from "./chromium.mjs";

const PUBLIC = resolve(import.meta.dirname, "../../public");
const path = readFileSync(join(PUBLIC, "favicon.svg"), "utf8").match(/<path[^>]*\/>/)?.[0];
if (!path) throw new Error("public/favicon.svg has no path");

/** The mark on a tile: how large the mark is, and how round the tile, as shares of it. */
const ICONS = [
  { name: "180", size: 180, mark: 0.6, round: 0 },
  { name: "192", size: 192, mark: 0.62, round: 0.22 },
  { name: "512", size: 512, mark: 0.62, round: 0.22 },
  // Whatever shape it is cut to, the middle 80 % stay.
  { name: "maskable-512", size: 512, mark: 0.5, round: 0 },
];

const browser = await chromium.launch(launchOptions());
const page = await browser.newPage();
for (const { name, size, mark, round } of ICONS) {
  const edge = (size * (1 - mark)) / 2;
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`
    <style>* { margin: 0 } svg { display: block }</style>
    <svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
      <linearGradient id="tile" x2="0" y2="1"><stop stop-color="#3a5ce8"/><stop offset="1" stop-color="#1f3aad"/></linearGradient>
      <rect width="100%" height="100%" rx="${round * size}" fill="url(#tile)"/>
      <g transform="translate(${edge} ${edge}) scale(${(size * mark) / 32})" fill="#fff">${path}</g>
    </svg>`);
  await page.screenshot({ path: join(PUBLIC, "icons", `${name}.png`), omitBackground: true });
}
await browser.close();
