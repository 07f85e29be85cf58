import type { Page } from "@playwright/test";

/** The profile of a signed-in user. */
export class ProfilePage {
  readonly name;
  readonly save;
  readonly status;
  readonly email;
  readonly changeEmail;
  readonly toDeletion;

  constructor(readonly page: Page) {
    this.name = page.getByRole("textbox", { name: "Display name" });
    this.save = page.getByRole("button", { name: "Save" });
    this.status = page.getByRole("main").getByRole("status");
    this.email = page.getByRole("region", { name: "E-mail address" });
    this.changeEmail = this.email.getByRole("link", { name: "Change" });
    this.toDeletion = page.getByRole("link", { name: "Delete the account…" });
  }

  async saveName(name: string) {
    await this.name.fill(name);
    await this.save.click();
  }
}
