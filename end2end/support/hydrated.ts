import type { Page } from "@playwright/test";

/** Waits until the wasm has taken the page over: only then it answers clicks and keys. */
export async function hydrated(page: Page) {
  await page.locator("html[data-hydrated]").waitFor();
}
