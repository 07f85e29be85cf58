import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Which database the tests of a project run on. */
export type DatabaseKind = "sqlite" | "postgres";

/** Why tests on Postgres are skipped. Empty when they can run. */
export const noPostgres = process.env.TEST_DATABASE_URL
  ? ""
  : "TEST_DATABASE_URL names no PostgreSQL server: use scripts/with-postgres npx playwright test";

/** A database of its own in the server that TEST_DATABASE_URL names. */
export class PostgresDatabase {
  readonly url: string;
  private readonly name = `countersign_e2e_${randomBytes(8).toString("hex")}`;

  constructor() {
    execute(`CREATE DATABASE ${this.name}`);
    const url = new URL(process.env.TEST_DATABASE_URL!);
    url.pathname = this.name;
    this.url = url.href;
  }

  drop() {
    execute(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

/** The password is not in the arguments, which other users can read. */
function execute(statement: string) {
  const url = new URL(process.env.TEST_DATABASE_URL!);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  url.password = "";
  execFileSync("psql", ["--no-psqlrc", "--quiet", "--command", statement, url.href], { env });
}
