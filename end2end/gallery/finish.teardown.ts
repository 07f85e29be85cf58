import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { test } from "@playwright/test";
import sharp from "sharp";

import { FOLDER, RECORD, machine } from "./machine.ts";
import { STATES } from "./states.ts";

const INTRODUCTION = `# Gallery

Every state of every page: in English light and dark, 320 and 1280 pixels wide; in German and Arabic two of these. \`make gallery\` takes the
pictures, with the release build, in Chromium. \`make test\` compares the pages with them where the browser and the fonts are those of
[taken-with.json](taken-with.json), and looks at every state with axe everywhere.
`;

/** Without dithering: what is of one colour stays so, and compares well. */
async function makeSmall(path: string) {
  const small = await sharp(readFileSync(path)).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toBuffer();
  writeFileSync(path, small);
}

function shown(name: string, pictures: string[]) {
  const cell = (file: string) => `<a href="${file}"><img src="${file}" width="${file.includes("-320") ? 100 : 300}" alt="${file}"></a>`;
  const of = (language: string) => pictures.filter((file) => file.startsWith(`${name}-${language}-`)).map(cell);
  return `${of("en").join(" ")}\n\n${[...of("de"), ...of("ar")].join(" ")}`;
}

test("the pictures that were taken are made small and get a page", async () => {
  test.setTimeout(300_000);
  const pictures = readdirSync(FOLDER).filter((file) => file.endsWith(".png"));
  for (const picture of pictures) await makeSmall(join(FOLDER, picture));
  const sections = STATES.map(({ name, about }) => `## ${about[0]!.toUpperCase()}${about.slice(1)}\n\n${shown(name, pictures)}\n`);
  writeFileSync(join(FOLDER, "README.md"), [INTRODUCTION, ...sections].join("\n"));
  writeFileSync(RECORD, `${JSON.stringify(machine(), null, 2)}\n`);
});
