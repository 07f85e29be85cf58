import type { Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";
import type { Account } from "../support/server.ts";

export class LoginPage {
  readonly heading;
  readonly username;
  readonly password;
  readonly submit;
  readonly showPassword;
  readonly alert;
  readonly remember;
  readonly continueHere;
  readonly notice;
  readonly wait;
  readonly capsLock;
  readonly summary;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Sign in" });
    this.username = page.getByLabel("User name or e-mail");
    this.password = page.getByRole("textbox", { name: "Password", exact: true });
    this.submit = page.getByRole("button", { name: /^Sign(ing)? in/ });
    this.showPassword = page.getByRole("button", { name: "Show password" });
    this.remember = page.getByRole("checkbox", { name: "Keep me signed in" });
    this.continueHere = page.getByRole("button", { name: /^Continue/ });
    this.alert = page.getByRole("alert");
    this.notice = page.locator("#notice");
    this.wait = page.locator("#wait");
    this.capsLock = page.getByText("Caps Lock is on");
    this.summary = page.locator(".cs-summary");
  }

  /** Opens the page and waits until it is hydrated. */
  async open(path = "/login") {
    await this.page.goto(path);
    await hydrated(this.page);
  }

  async fill(name: string, password: string) {
    await this.username.fill(name);
    await this.password.fill(password);
  }

  async signIn(account: Account) {
    await this.fill(account.name, account.password);
    await this.submit.click();
  }
}
