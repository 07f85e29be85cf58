import type { Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";

/** The pages by which somebody creates an account. */
export class SignUpPages {
  readonly heading;
  readonly email;
  readonly sendLink;
  readonly username;
  readonly password;
  readonly create;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.email = page.locator("#email");
    this.sendLink = page.getByRole("button", { name: "Send the link" });
    this.username = page.locator("#username");
    this.password = page.locator("#new_password");
    this.create = page.getByRole("button", { name: "Create the account" });
  }

  /** Opens a page and waits until it is hydrated. */
  async open(path: string) {
    await this.page.goto(path);
    await hydrated(this.page);
  }

  async fill(username: string, password: string) {
    await this.username.fill(username);
    await this.password.fill(password);
  }
}
