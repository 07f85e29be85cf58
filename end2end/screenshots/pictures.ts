import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LOCALES, type Language } from "../states/states.ts";

export const FOLDER = join(import.meta.dirname, "../../docs/gallery");

const NAME = /^(?<name>[a-z-]+)-(?<language>en|de|ar)-(?<colorScheme>light|dark)-(?<width>\d+)\.png$/;

/** The pictures that docs/gallery/README.md shows. Their names say how they are taken. */
export function listPictures() {
  const readme = readFileSync(join(FOLDER, "README.md"), "utf8");
  return [...readme.matchAll(/src="([^"]+)"/g)].map(([, file]) => {
    const parts = file!.match(NAME)?.groups;
    if (!parts) throw new Error(`docs/gallery/README.md: "${file}" is not STATE-LANGUAGE-COLOURS-WIDTH.png`);
    return {
      file: file!,
      name: parts.name!,
      locale: LOCALES[parts.language as Language],
      colorScheme: parts.colorScheme as "light" | "dark",
      width: Number(parts.width),
    };
  });
}
