import type { Locator, Page } from "@playwright/test";

import { AccountMenu } from "./account-menu.ts";

export class DashboardPage {
  readonly heading;
  readonly menu;
  readonly alert;
  readonly sessions;
  /** The session of this browser. It is there when the sessions have been fetched. */
  readonly thisDevice;
  readonly activity;
  readonly developers;
  readonly current;
  readonly token;
  readonly toast;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Hello" });
    this.menu = new AccountMenu(page);
    this.alert = page.getByRole("alert");
    this.sessions = page.getByRole("region", { name: "Sessions" });
    this.thisDevice = this.sessions.getByText("This device");
    this.activity = page.getByRole("region", { name: "Recent activity" });
    this.developers = page.locator("details", { has: page.getByRole("heading", { name: "For developers" }) });
    this.current = this.part("This session");
    this.token = this.part("Access token");
    this.toast = page.locator(".cs-toast");
  }

  /** Signs out by the menu of the account, which every page of a signed-in user has, in every language. */
  async logOut(options?: Parameters<Locator["click"]>[0]) {
    await this.menu.button.click(options);
    await this.menu.menu.locator("button[type=submit]").click(options);
  }

  /** Opens the part for developers, with the details of the session and of the token. */
  async openDetails() {
    await this.developers.locator("summary").click();
  }

  /** The value beside a term of the description lists. */
  detail(term: string) {
    return this.page.locator("dt", { hasText: new RegExp(`^${term}$`) }).locator("+ dd");
  }

  private part(name: string) {
    // While it is closed, nothing in it has a role.
    return this.developers.locator("section", { has: this.page.locator("h3", { hasText: name }) });
  }
}
