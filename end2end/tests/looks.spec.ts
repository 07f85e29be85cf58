import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "../support/test.ts";

/** `make screenshots` sets it: then the two of the README are taken anew. */
const KEEP = process.env.KEEP_SCREENSHOTS !== undefined;
const README = /^(login|dashboard)-light-1280$/;

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 1280]) {
    test(`every page, ${colorScheme}, ${width} px wide`, async ({ page, ada, login, dashboard }, info) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 720 });
      const look = async (name: string) => {
        const full = `${name}-${colorScheme}-${width}`;
        const path = KEEP && README.test(full) ? `../docs/${name}.png` : info.outputPath(`${full}.png`);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path, animations: "disabled" });
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      };
      await login.open();
      await look("login");
      await login.signIn({ ...ada, password: "wrong" });
      await expect(login.alert).not.toBeEmpty();
      await look("login-error");
      await login.signIn(ada);
      await expect(dashboard.detail("Session id")).toBeVisible();
      await dashboard.token.click();
      await look("dashboard");
      await page.goto("/no/such/page");
      await look("not-found");
    });
  }
}
