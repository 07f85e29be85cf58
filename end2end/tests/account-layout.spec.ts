import type { Page } from "@playwright/test";

import { AccountMenu } from "../pages/account-menu.ts";
import { EmailPages } from "../pages/email.ts";
import { hydrated } from "../support/hydrated.ts";
import { mailTo } from "../support/mailed-link.ts";
import { signIn, signInElsewhere } from "../support/signed-in.ts";
import { expect, mailTest as test } from "../support/test.ts";

const WIDTH = 320;
const SETTINGS = ["", "/email", "/password", "/sessions", "/activity", "/delete"].map((page) => `/account${page}`);
const PASSWORD = "analytical engine";
const LONG_NAME = "Countess-of-Lovelace-and-daughter-of-Lord-Byron";
const LONG_ADDRESS = `${LONG_NAME.toLowerCase()}@mail.${"long-name-".repeat(4)}of-a-company.example`;

/** Nothing reaches out of the window, and the page does not scroll sideways. */
async function expectFits(page: Page) {
  const { width, outside } = await page.evaluate((width) => {
    const elements = [...document.querySelectorAll("main *, header *")].filter((element) => element.checkVisibility());
    const isClipped = ({ parentElement }: Element): boolean =>
      parentElement !== null && (getComputedStyle(parentElement).overflowX !== "visible" || isClipped(parentElement));
    const isOutside = (element: Element) => {
      const { left, right, height } = element.getBoundingClientRect();
      return height > 0 && (left < -1 || right > width + 1) && !isClipped(element);
    };
    const outside = elements.filter(isOutside).map(({ tagName, textContent }) => `${tagName} ${textContent.slice(0, 40)}`);
    return { width: document.documentElement.scrollWidth, outside };
  }, WIDTH);
  expect(outside, page.url()).toEqual([]);
  expect(width, page.url()).toBe(WIDTH);
}

test.use({ viewport: { width: WIDTH, height: 640 } });

for (const locale of ["en-GB", "de-DE", "ar-EG"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("no page of the account scrolls sideways at 320 px", async ({ page, browser, server }) => {
      test.slow();
      const menu = new AccountMenu(page);
      const account = server.addUser(LONG_NAME, PASSWORD, "countess@example.org");
      await signInElsewhere(browser, server.origin, account);
      await signIn(page, account, "/account");
      await page.locator("#name").fill(`${LONG_NAME}, ${LONG_NAME}`.slice(0, 64));
      await page.keyboard.press("Enter");
      await page.waitForURL("/account?saved");
      for (const path of ["/dashboard", ...SETTINGS]) {
        await page.goto(path);
        await hydrated(page);
        for (const summary of await page.locator("main summary").all()) await summary.click();
        await expectFits(page);
        await menu.button.click();
        await expect(menu.menu).toBeInViewport({ ratio: 1 });
        await expectFits(page);
        await page.keyboard.press("Escape");
      }
    });
  });
}

test.describe("de-DE", () => {
  test.use({ locale: "de-DE" });

  test("no page of a change of address scrolls sideways at 320 px", async ({ page, server, maildev }) => {
    test.slow();
    const pages = new EmailPages(page);
    const account = server.addUser(LONG_NAME, PASSWORD, "countess@example.org");
    await signIn(page, account, "/account/email");
    await pages.ask("not an address", PASSWORD);
    await expect(pages.email).toHaveAttribute("aria-invalid", "true");
    await expectFits(page);
    await pages.ask(LONG_ADDRESS, PASSWORD);
    await page.waitForURL("/account/email?sent");
    await expectFits(page);
    for (const [address, path] of [
      [LONG_ADDRESS, "/confirm-email"],
      ["countess@example.org", "/restore-email"],
    ] as const) {
      const link = new URL((await mailTo(maildev, address)).text.match(/http\S+token=\S+/)![0]);
      expect(link.pathname).toBe(path);
      await page.goto(link.href);
      await expect(pages.submit).toBeVisible();
      await expectFits(page);
      if (path === "/confirm-email") await pages.submit.click();
    }
    await pages.choosePassword("x");
    await expect(pages.newPassword).toHaveAttribute("aria-invalid", "true");
    await expectFits(page);
  });
});
