import type { Page } from "@playwright/test";

export class DashboardPage {
  readonly heading;
  readonly signOut;
  readonly alert;
  readonly token;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Hello" });
    this.signOut = page.getByRole("button", { name: /^Sign(ing)? out/ });
    this.alert = page.getByRole("alert");
    this.token = page.getByText("What the token says");
  }

  /** What stands beside a term of the description lists. */
  detail(term: string) {
    return this.page.locator("dt", { hasText: new RegExp(`^${term}$`) }).locator("+ dd");
  }
}
