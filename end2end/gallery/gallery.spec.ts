import { readdirSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";
import { NOW } from "./answers.ts";
import { FOLDER, paintsTheSame } from "./machine.ts";
import { STATES } from "./states.ts";

/** The browser's language, and whether it gets every look or only those that are always had. */
const LANGUAGES = [
  { locale: "en-GB", all: true },
  { locale: "de-DE", all: false },
  { locale: "ar-EG", all: false },
];

const LOOKS = [
  { theme: "light", width: 320, always: true },
  { theme: "light", width: 1280, always: false },
  { theme: "dark", width: 320, always: false },
  { theme: "dark", width: 1280, always: true },
] as const;

/** `make gallery` takes them. Otherwise they are compared, where they can be. */
const takes = process.env.GALLERY === "take";
const compares = takes || paintsTheSame();

const languageOf = (locale: string) => locale.slice(0, 2);

const looksOf = (all: boolean) => LOOKS.filter((look) => all || look.always);

const pictureOf = (name: string, locale: string, { theme, width }: (typeof LOOKS)[number]) =>
  `${name}-${languageOf(locale)}-${theme}-${width}.png`;

/** What is never the same twice: the server's own times and ids. */
const settle = (page: Page) =>
  page.evaluate(() => {
    const cells = [...document.querySelectorAll("dl > dd")];
    const token = cells.find((cell) => cell.querySelector(".countdown"));
    if (token) token.textContent = "…";
    scrollTo(0, 0);
  });

for (const { locale, all } of LANGUAGES) {
  const language = languageOf(locale);
  test.describe(language, () => {
    test.use({ locale });

    for (const { name, about, reach } of STATES) {
      test(`${about} (${name}, ${language})`, async ({ page, context, server, ada }) => {
        await page.clock.setFixedTime(NOW * 1000);
        await reach({ page, context, server, ada });
        await settle(page);
        for (const look of looksOf(all)) {
          const { theme, width, always } = look;
          await page.emulateMedia({ colorScheme: theme });
          await page.setViewportSize({ width, height: width < 600 ? 640 : 800 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          if (always) expect((await new AxeBuilder({ page }).analyze()).violations, `${theme}, ${width} px`).toEqual([]);
          if (compares) {
            await expect.soft(page).toHaveScreenshot(pictureOf(name, locale, look), { fullPage: true, maxDiffPixelRatio: 0.005 });
          }
        }
      });
    }
  });
}

test("there is a picture of every state in every look, and of nothing else", () => {
  test.skip(takes, "they are being taken");
  if (!compares) console.log("Not compared with the pictures: they were taken with another browser or other fonts.");
  const wanted = LANGUAGES.flatMap(({ locale, all }) =>
    STATES.flatMap(({ name }) => looksOf(all).map((look) => pictureOf(name, locale, look))),
  );
  expect(readdirSync(FOLDER).filter((file) => file.endsWith(".png"))).toEqual(wanted.sort());
});
