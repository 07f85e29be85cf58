import type { Locator, Page } from "@playwright/test";

/** The page with the sessions of a user. */
export class SessionsPage {
  readonly heading;
  readonly rows;
  /** The session of this browser. */
  readonly current;
  /** The other ones. */
  readonly others;
  readonly everywhereElse;
  readonly password;
  readonly status;
  readonly alert;

  constructor(readonly page: Page) {
    const main = page.getByRole("main");
    this.heading = main.getByRole("heading", { level: 1 });
    this.rows = main.getByRole("listitem");
    this.current = this.rows.filter({ hasText: "This device" });
    this.others = this.rows.filter({ hasNotText: "This device" });
    this.everywhereElse = main.getByRole("button", { name: "Sign out everywhere else" });
    this.password = main.getByRole("textbox", { name: "Confirm your password" });
    this.status = main.getByRole("status").first();
    this.alert = main.getByRole("alert").first();
  }

  async rename(row: Locator, name: string) {
    await row.getByText("Rename").click();
    await row.getByRole("textbox", { name: "Name" }).fill(name);
    await row.getByRole("button", { name: "Save" }).click();
  }
}
