import type { Page } from "@playwright/test";

/** The menu of the account, in the header of every page of a signed-in user. */
export class AccountMenu {
  readonly button;
  readonly menu;
  readonly links;
  readonly signOut;

  constructor(readonly page: Page) {
    this.button = page.locator("button[popovertarget=account-menu]");
    this.menu = page.locator("#account-menu");
    this.links = this.menu.getByRole("link");
    this.signOut = this.menu.getByRole("button", { name: "Sign out" });
  }

  link(name: "Profile" | "Password" | "Sessions" | "Activity") {
    return this.menu.getByRole("link", { name, exact: true });
  }
}
