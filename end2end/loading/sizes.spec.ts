import { kilobytes, sizeOf, verdict, writeTable } from "../support/performance.ts";
import { expect, test } from "../support/test.ts";

const FIRST = /^minimal\.wasm\.br$/;
const ALL = /\.wasm\.br$/;

test("the wasm of an application with a login, and of the template without one", () => {
  const site = (name: string) => `target/sizes/site/${name}`;
  const template = sizeOf(site("start-axum"), ALL);
  const minimal = sizeOf(site("minimal"), ALL);
  const first = sizeOf(site("lazy"), FIRST);
  const all = sizeOf(site("lazy"), ALL);
  const row = (application: string, size: number, limit: string) =>
    `| ${application} | ${kilobytes(size)} | ${(size / template).toFixed(2)} ${limit}\n`;
  const gate = `| gate: ≤ without \`lazy\` | ${verdict(first <= minimal)} |`;
  writeTable(
    "sizes",
    "| wasm, with brotli | size | ratio | limit | |\n|---|--:|--:|---|---|\n" +
      row("the template, `tests/start-axum`", template, "| | |") +
      row("with a login, `examples/minimal`", minimal, "| | |") +
      row("the same with `lazy`, first file", first, gate) +
      row("the same with `lazy`, all files", all, "| | |"),
  );
  expect(first).toBeLessThanOrEqual(minimal);
});
