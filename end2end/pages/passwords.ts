import type { Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";

/** The pages where a password is reset or changed. */
export class PasswordPages {
  readonly heading;
  readonly who;
  readonly current;
  readonly new;
  readonly sendLink;
  readonly set;
  readonly change;
  readonly alert;
  readonly status;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.who = page.getByRole("textbox", { name: "User name or e-mail" });
    this.current = page.getByRole("textbox", { name: "Current password" });
    this.new = page.getByRole("textbox", { name: "New password" });
    this.sendLink = page.getByRole("button", { name: "Send the link" });
    this.set = page.getByRole("button", { name: "Set the new password" });
    this.change = page.getByRole("button", { name: "Change the password" });
    this.alert = page.getByRole("alert");
    this.status = page.locator(".cs-notice");
  }

  /** Opens a page and waits until it is hydrated. */
  async open(path: string) {
    await this.page.goto(path);
    await hydrated(this.page);
  }

  async fillChange(current: string, next: string) {
    await this.current.fill(current);
    await this.new.fill(next);
    await this.change.click();
  }
}
