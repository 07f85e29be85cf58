import type { Page } from "@playwright/test";

/** The languages at the foot of every page, by their own names. */
export class LanguageSwitch {
  constructor(readonly page: Page) {}

  button(name: "English" | "Deutsch" | "العربية") {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The document's language and direction. */
  async shown() {
    return this.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
  }
}
