import type { Page } from "@playwright/test";

/** The language switch at the end of every page. Languages have their own names. */
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
