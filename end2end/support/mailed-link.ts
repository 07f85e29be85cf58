import { type Page, expect } from "@playwright/test";

import type { Mail, Maildev } from "./maildev.ts";

/** The newest mail to an address, and with a subject, which has to arrive in time. */
export async function mailTo(maildev: Maildev, address: string, subject?: string) {
  const isIt = (mail: Mail) => mail.to.some((to) => to.address === address) && mail.subject === (subject ?? mail.subject);
  const find = async () => (await maildev.received()).filter(isIt).at(-1);
  await expect.poll(find, { message: `a mail "${subject ?? ""}" to ${address}`, timeout: 15_000, intervals: [100] }).toBeDefined();
  return (await find())!;
}

/** Opens a mail, follows its button, and waits for the page of the link. */
export async function followMail(page: Page, maildev: Maildev, address: string, subject: string, button: string) {
  await maildev.open(page, await mailTo(maildev, address, subject));
  await page.getByRole("link", { name: button }).click();
  await page.waitForURL(/\/(confirm|restore)-email\?token=[\w-]{43}$/);
}
