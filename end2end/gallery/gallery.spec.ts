import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";
import { NOW } from "./answers.ts";
import { paintsTheSame } from "./machine.ts";
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

/** What is never the same twice: the server's own times and ids. */
const settle = (page: Page) =>
  page.evaluate(() => {
    const cells = [...document.querySelectorAll("dl > dd")];
    const token = cells.find((cell) => cell.querySelector(".countdown"));
    if (token) token.textContent = "…";
    scrollTo(0, 0);
  });

for (const { locale, all } of LANGUAGES) {
  const language = locale.slice(0, 2);
  test.describe(language, () => {
    test.use({ locale });

    for (const { name, about, reach } of STATES) {
      test(`${about} (${name}, ${language})`, async ({ page, context, server, ada }) => {
        await page.clock.setFixedTime(NOW * 1000);
        await reach({ page, context, server, ada });
        await settle(page);
        for (const { theme, width, always } of LOOKS.filter((look) => all || look.always)) {
          await page.emulateMedia({ colorScheme: theme });
          await page.setViewportSize({ width, height: width < 600 ? 640 : 800 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          if (always) expect((await new AxeBuilder({ page }).analyze()).violations, `${theme}, ${width} px`).toEqual([]);
          if (compares) {
            const picture = `${name}-${language}-${theme}-${width}.png`;
            await expect.soft(page).toHaveScreenshot(picture, { fullPage: true, maxDiffPixelRatio: 0.005 });
          }
        }
      });
    }
  });
}

test("the pages are compared with the pictures", () => {
  test.skip(!compares, "another browser or other fonts than the pictures were taken with: only axe has looked");
});
