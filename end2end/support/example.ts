import { spawn } from "node:child_process";
import { join } from "node:path";

import { freeAddress, root, Server } from "./server.ts";

/** One of the examples, with accounts that the command line makes in its database. */
export class Example extends Server {
  constructor(private readonly name: string) {
    super({ LEPTOS_OUTPUT_NAME: name, LEPTOS_SITE_ROOT: `examples/${name}/target/site`, LEPTOS_SITE_PKG_DIR: "pkg" });
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
}

async function isReady(origin: string) {
  return fetch(`${origin}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
