import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import { findChromium } from "../support/chromium.mjs";
import { expect, test } from "../support/test.ts";

const LIGHTHOUSE = "lighthouse@12.2.3";
const FLAGS = "--headless=new --no-sandbox --disable-background-networking";

interface Report {
  categories: Record<string, { score: number; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; title: string; displayValue?: string }>;
}

for (const path of ["/login", "/dashboard"]) {
  test(`Lighthouse finds nothing to mend in ${path}, on a telephone`, async ({ page, ada, login, dashboard, server, context }, info) => {
    test.setTimeout(300_000);
    await login.open();
    let cookie = "";
    if (path === "/dashboard") {
      await login.signIn(ada);
      await expect(dashboard.thisDevice).toBeVisible();
      cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    }
    await page.close();
    const file = info.outputPath("report.json");
    const args = ["--yes", LIGHTHOUSE, server.origin + path, "--quiet", "--output=json", `--output-path=${file}`, `--chrome-flags=${FLAGS}`];
    args.push(`--extra-headers=${JSON.stringify(cookie ? { Cookie: cookie } : {})}`);
    await promisify(execFile)("npx", args, { env: { ...process.env, CHROME_PATH: findChromium() } });
    const report: Report = JSON.parse(readFileSync(file, "utf8"));
    const scores = Object.fromEntries(Object.entries(report.categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
    const short = Object.values(report.audits).filter(({ score }) => score !== null && score < 1);
    console.log(path, scores, short.map(({ title, displayValue }) => `${title} ${displayValue ?? ""}`.trim()));
    // How fast it is depends on what else the machine does.
    expect(scores).toMatchObject({ accessibility: 100, "best-practices": 100, seo: 100 });
  });
}
