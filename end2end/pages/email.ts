import type { Page } from "@playwright/test";

/** The pages where an e-mail address is changed, confirmed and taken back, in every language. */
export class EmailPages {
  readonly heading;
  readonly email;
  readonly password;
  readonly newPassword;
  readonly submit;
  readonly alert;

  constructor(readonly page: Page) {
    const main = page.getByRole("main");
    this.heading = main.getByRole("heading", { level: 1 });
    this.email = page.locator("#email");
    this.password = page.locator("#password");
    this.newPassword = page.locator("#new_password");
    this.submit = main.locator("button[type=submit]");
    this.alert = main.getByRole("alert");
  }

  async ask(email: string, password: string) {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }

  async choosePassword(password: string) {
    await this.newPassword.fill(password);
    await this.submit.click();
  }
}
