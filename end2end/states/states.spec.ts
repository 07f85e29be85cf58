import { readdirSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { FOLDER, listPictures } from "../screenshots/pictures.ts";
import { expect, mailTest, test } from "../support/test.ts";
import { layoutFaults, showsFocus } from "./layout.ts";
import { LOCALES, STATES, type Language, type Stage, type State, reachState } from "./states.ts";

interface Look {
  colorScheme: "light" | "dark";
  width: number;
  height: number;
  /** Whether axe looks for faults, which takes longer than all the rest. */
  hasAxe: boolean;
}

const SMALL = { width: 320, height: 640 };

/** Colours are the same in every language. What differs are the lengths of texts, and the direction of Arabic. */
const LOOKS: Record<Language, Look[]> = {
  en: [
    { colorScheme: "light", ...SMALL, hasAxe: true },
    { colorScheme: "dark", width: 1280, height: 800, hasAxe: true },
  ],
  de: [{ colorScheme: "light", ...SMALL, hasAxe: false }],
  ar: [{ colorScheme: "dark", ...SMALL, hasAxe: true }],
};

/** Colours on their way to others have a contrast of their own. */
const finishTransitions = (page: Page) =>
  page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
  });

/** Looks at a state in the looks of a language, and in English at what a screen reader is told. */
async function look(state: State, language: Language, stage: Stage) {
  const { page } = stage;
  const { name, focus } = state;
  await reachState(state, stage);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.locator("html")).toHaveAttribute("dir", language === "ar" ? "rtl" : "ltr");

  for (const { colorScheme, width, height, hasAxe } of LOOKS[language]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await finishTransitions(page);
    const look = `${colorScheme}, ${width} px`;
    expect(await layoutFaults(page), look).toEqual([]);
    if (hasAxe) expect((await new AxeBuilder({ page }).analyze()).violations, look).toEqual([]);
    if (focus) {
      await expect(page.locator(focus), look).toBeFocused();
      expect(await showsFocus(page), look).toBe(true);
    }
  }

  if (language === "en") {
    // As text, because `toMatchAriaSnapshot` does not notice additional elements.
    expect(await page.locator("body").ariaSnapshot()).toMatchSnapshot(`${name}.yml`);
  }
}

// Some states are reached after 15 seconds.
test.describe.configure({ timeout: 60_000 });

for (const language of Object.keys(LOCALES) as Language[]) {
  test.describe(language, () => {
    test.use({ locale: LOCALES[language] });

    for (const state of STATES) {
      const title = `${state.about} (${state.name}, ${language})`;
      if (state.hasMail) {
        mailTest(title, ({ page, context, server, ada, maildev }) =>
          look(state, language, { page, context, server, ada, maildev }),
        );
        continue;
      }

      test.describe(() => {
        test.use({ settings: state.settings ?? {} });

        test(title, ({ page, context, server, ada }) => look(state, language, { page, context, server, ada }));
      });
    }
  });
}

test("docs/gallery has the pictures that its README shows, and no others", () => {
  const files = readdirSync(FOLDER).filter((file) => file !== "README.md");
  expect(files.sort()).toEqual(listPictures().map(({ file }) => file).sort());
});
