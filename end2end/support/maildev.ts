import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type Page, expect } from "@playwright/test";

import { freeAddress } from "./server.ts";

const program = join(import.meta.dirname, "../node_modules/maildev/dist/bin/maildev.js");

/** A mail that has arrived. */
export interface Mail {
  id: string;
  subject: string;
  text: string;
  html: string;
  to: { address: string; name: string }[];
}

/** A mail server that keeps what it is sent, and shows it as a web page. */
export class Maildev {
  private readonly mails = mkdtempSync(join(tmpdir(), "countersign-mails-"));
  private child: ChildProcess | undefined;
  private smtp = "";
  private web = "";

  async start() {
    [this.smtp, this.web] = [await freeAddress(), await freeAddress()];
    const [smtp, web] = [this.smtp, this.web].map((address) => address.split(":")[1]!);
    const args = [program, "--smtp", smtp!, "--web", web!, "--web-ip", "127.0.0.1", "--mail-directory", this.mails];
    this.child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    for await (const line of createInterface({ input: this.child.stdout! })) {
      if (line.includes("Ctrl+C")) return;
    }
    throw new Error("maildev did not start");
  }

  /** For the settings of a server. */
  get settings() {
    return {
      COUNTERSIGN_MAIL_URL: `smtp://${this.smtp}`,
      COUNTERSIGN_MAIL_FROM: "Countersign <noreply@example.org>",
    };
  }

  async received(): Promise<Mail[]> {
    const response = await fetch(`http://${this.web}/api/email`);
    return (await response.json()) as Mail[];
  }

  /** For the next test. */
  async clear() {
    await fetch(`http://${this.web}/api/email/all`, { method: "DELETE" });
  }

  /** The newest mail with this subject, which has to arrive in time. */
  async waitFor(subject: string | RegExp): Promise<Mail> {
    let found: Mail | undefined;
    const look = async () => {
      found = (await this.received()).filter((mail) => mail.subject.match(subject)).at(-1);
      return found?.subject;
    };
    await expect.poll(look, { message: `a mail "${subject}"`, timeout: 15_000 }).toBeDefined();
    return found!;
  }

  /** Shows a mail as it was sent. Maildev's own page of it loses the character set. */
  async open(page: Page, mail: Mail) {
    const address = `http://${this.web}/${mail.id}`;
    await page.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: mail.html }));
    await page.goto(address);
  }

  async stop() {
    const child = this.child;
    if (child && child.exitCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(this.mails, { recursive: true, force: true });
  }
}
