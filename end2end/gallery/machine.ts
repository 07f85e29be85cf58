import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { findChromium } from "../support/chromium.mjs";

export const FOLDER = join(import.meta.dirname, "../../docs/gallery");
export const RECORD = join(FOLDER, "taken-with.json");

/** What decides how a page is painted, to the pixel: the browser, and the fonts that it finds. */
export function machine() {
  const chromium = execFileSync(findChromium() ?? "chromium", ["--version", "--no-sandbox"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  let fonts = "unknown";
  try {
    const names = execFileSync("fc-list", ["--format", "%{file|basename} %{fontversion}\n"], { encoding: "utf8" });
    fonts = createHash("sha256").update(names.split("\n").sort().join("\n")).digest("hex").slice(0, 16);
  } catch {
    // Without fontconfig it is not known, and never the same.
  }
  return { chromium: chromium.replace(/ (built|running) on.*| snap/, ""), fonts };
}

/** Whether this machine paints as the one on which the pictures were taken. */
export function paintsTheSame() {
  try {
    const { chromium, fonts } = machine();
    const taken = JSON.parse(readFileSync(RECORD, "utf8"));
    return fonts !== "unknown" && taken.chromium === chromium && taken.fonts === fonts;
  } catch {
    return false;
  }
}
