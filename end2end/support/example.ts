import { spawn } from "node:child_process";
import { join } from "node:path";

import { test as base, expect } from "@playwright/test";

import { type DatabaseKind, noPostgres } from "./postgres.ts";
import { type Account, freeAddress, root, Server } from "./server.ts";

/** What a program gets that signs in: the token for its requests, and the cookie that a browser has beside it. */
export interface SignedIn {
  token: string;
  cookie: string;
}

/** Tests of one of the examples, each on a server of its own. */
export function testOf(name: string) {
  return base.extend<{ database: DatabaseKind; example: Example; ada: Account }>({
    database: ["sqlite", { option: true }],
    example: async ({ database }, use, testInfo) => {
      testInfo.skip(database === "postgres" && noPostgres !== "", noPostgres);
      const example = new Example(name, database);
      await example.start();
      await use(example);
      await example.remove();
    },
    baseURL: async ({ example }, use) => use(example.origin),
    ada: async ({ example }, use) => use(example.addUser("ada", "analytical engine")),
  });
}

/** One of the examples, with accounts that the command line makes in its database. */
export class Example extends Server {
  constructor(private readonly name: string, database: DatabaseKind) {
    const site = `examples/${name}/target/site`;
    super({ LEPTOS_OUTPUT_NAME: name, LEPTOS_SITE_ROOT: site, LEPTOS_SITE_PKG_DIR: "pkg" }, database);
  }

  override async start() {
    this.address ||= await freeAddress();
    const program = join(root, "target/examples/debug", this.name);
    this.child = spawn(program, { cwd: root, env: this.environment(), stdio: "ignore" });
    this.origin = `http://${this.address}`;
    while (!(await isReady(this.origin))) {
      if (this.child.exitCode !== null) throw new Error("the example did not start");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Signs in without a browser. */
  async signIn({ name, password }: Account): Promise<SignedIn> {
    const body = new URLSearchParams({ username: name, password });
    const response = await fetch(`${this.origin}/api/login`, { method: "POST", body });
    expect(response.status).toBe(200);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    const { access_token } = (await response.json()) as { access_token: string };
    return { token: access_token, cookie: cookies.join("; ") };
  }
}

async function isReady(origin: string) {
  return fetch(`${origin}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
