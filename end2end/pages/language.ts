import type { Page } from "@playwright/test";

/** The list of languages at the end of every page. Languages have their own names. */
export class LanguageSwitch {
  readonly list;
  readonly apply;

  constructor(readonly page: Page) {
    this.list = page.locator(".cs-language select");
    this.apply = page.locator(".cs-language button");
  }

  async choose(name: "English" | "Deutsch" | "العربية") {
    await this.list.selectOption({ label: name });
  }

  /** The document's language and direction. */
  async shown() {
    return this.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
  }
}
