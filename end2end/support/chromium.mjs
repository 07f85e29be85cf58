// Finds a Chromium: the one that CHROMIUM names, Playwright's own, or one that the system has.
// Called as a program, it prints the path, or fails.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { argv, env, exit } from "node:process";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** @returns {string | undefined} */
export function findChromium() {
  const onPath = (env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [env.CHROMIUM, chromium.executablePath(), ...onPath].find(isExecutable);
}

/** How to start it: quietly, and as root too, where Chromium's own sandbox does not work. */
export function launchOptions() {
  const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const root = process.getuid?.() === 0;
  return { executablePath: findChromium(), args: root ? [...args, "--no-sandbox"] : args };
}

/** @param {string | undefined} path */
function isExecutable(path) {
  try {
    accessSync(path ?? "", constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const found = findChromium();
  if (!found) exit(1);
  console.log(found);
}
