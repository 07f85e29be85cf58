import type { Page } from "@playwright/test";

export class DashboardPage {
  readonly heading;
  readonly signOut;
  readonly alert;
  readonly token;
  readonly others;
  readonly everywhereElse;
  readonly activity;
  readonly current;
  readonly toast;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Hello" });
    this.signOut = page.getByRole("banner").getByRole("button", { name: /^Sign(ing)? out/ });
    this.alert = page.getByRole("alert");
    this.others = page.getByRole("region", { name: "Other sessions" });
    this.everywhereElse = this.others.locator("summary");
    this.activity = page.getByRole("region", { name: "Recent activity" });
    this.current = page.getByRole("region", { name: "This session" });
    this.toast = page.locator(".cs-toast");
    this.token = page.getByText("Access token");
  }

  /** The value beside a term of the description lists. */
  detail(term: string) {
    return this.page.locator("dt", { hasText: new RegExp(`^${term}$`) }).locator("+ dd");
  }
}
