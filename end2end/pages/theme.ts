import type { Page } from "@playwright/test";

/** The button at the end of every page that says which theme there is, and chooses the next one. */
export class ThemeSwitch {
  readonly button;

  constructor(readonly page: Page) {
    this.button = page.getByRole("button", { name: "Colours: " });
  }

  /** Presses the button until this theme is chosen. */
  async choose(name: "System" | "Light" | "Dark") {
    for (let presses = 0; presses < 3 && !(await this.isChosen(name)); presses++) await this.button.click();
  }

  private isChosen(name: string) {
    return this.page.getByRole("button", { name: `Colours: ${name}`, exact: true }).isVisible();
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
