import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { type DatabaseKind, PostgresDatabase } from "./postgres.ts";

export const root = resolve(import.meta.dirname, "../..");
const binary = join(root, "target/release/countersign");

export interface Account {
  name: string;
  password: string;
}

/** The release binary on a data directory of its own, and with Postgres on a database of its own. The port stays the
 * same over a restart. */
export class Server {
  readonly data = mkdtempSync(join(tmpdir(), "countersign-e2e-"));
  origin = "";
  protected child: ChildProcess | undefined;
  protected address = "";
  private readonly postgres: PostgresDatabase | undefined;

  constructor(private readonly settings: Record<string, string> = {}, database: DatabaseKind = "sqlite") {
    if (database === "postgres") this.postgres = new PostgresDatabase();
  }

  /** With port 0, the issuer of the tokens would change over a restart. */
  async start() {
    this.address ||= await freeAddress();
    const child = spawn(binary, ["serve"], { cwd: root, env: this.environment(), stdio: ["ignore", "pipe", "ignore"] });
    this.child = child;
    for await (const line of createInterface({ input: child.stdout! })) {
      const found = line.match(/listening on (http:\/\/\S+)/);
      if (found) {
        this.origin = found[1]!;
        return;
      }
    }
    throw new Error("the server did not start");
  }

  /** Makes an account by the command line, beside the running server. */
  addUser(name: string, password: string, email?: string): Account {
    const address = email ? ["--email", email] : [];
    this.run(["user", "add", name, "--password-stdin", ...address], password);
    return { name, password };
  }

  run(args: string[], input = "") {
    return execFileSync(binary, args, { cwd: root, env: this.environment(), input, encoding: "utf8" });
  }

  /** SIGKILL: like a power cut, for the process. */
  async kill() {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async remove() {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
    this.postgres?.drop();
  }

  protected environment() {
    const database = this.postgres && { COUNTERSIGN_DATABASE_URL: this.postgres.url };
    const asksForUrl = this.postgres || "COUNTERSIGN_MAIL_URL" in this.settings;
    const url = asksForUrl && { COUNTERSIGN_PUBLIC_URL: `http://${this.address}` };
    return { COUNTERSIGN_DATA_DIR: this.data, LEPTOS_SITE_ADDR: this.address, ...database, ...url, ...this.settings };
  }
}

export async function freeAddress() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, "close");
  return `127.0.0.1:${port}`;
}
