import { expect, test } from "../support/test.ts";

for (const name of ["<img src=x onerror=alert(1)>", "\"'`{{7*7}}${7*7}", "O'Brien & Söhne", "李小龙", "مريم", "🦊".repeat(256)]) {
  test(`the name ${name.slice(0, 30)} is text and nothing else`, async ({ page, server, login, dashboard }) => {
    const account = server.addUser(name, "analytical engine");
    let alerted = false;
    page.on("dialog", (dialog) => {
      alerted = true;
      void dialog.dismiss();
    });
    await page.setViewportSize({ width: 320, height: 600 });
    await login.open();
    await login.signIn(account);
    await expect(dashboard.heading).toHaveText(`Hello, ${name}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(alerted).toBe(false);
  });
}
