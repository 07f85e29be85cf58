import type { Page } from "@playwright/test";

/** The theme switch at the end of every page. */
export class ThemeSwitch {
  readonly buttons;

  constructor(readonly page: Page) {
    this.buttons = page.getByRole("form", { name: "Colours" }).getByRole("button");
  }

  button(name: "System" | "Light" | "Dark") {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The colours of the page's background and of the browser's own parts around it. */
  async colours() {
    return this.page.evaluate(() => {
      const shown = [...document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")].filter((meta) => matchMedia(meta.media).matches);
      const ground = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
      return { ground: `#${ground.map((part) => part.toString(16).padStart(2, "0")).join("")}`, around: shown.map((meta) => meta.content).join() };
    });
  }
}

export const LIGHT = { ground: "#f5f6fa", around: "#f5f6fa" };
export const DARK = { ground: "#0f1118", around: "#0f1118" };
