import type { Page } from "@playwright/test";

import type { Account } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

const WIDTHS = [320, 768, 1280, 3840];

/** As long as a name may be: pictures, letters with marks piled upon them, and one word without an end. */
const NAMES = {
  emoji: "🦊".repeat(256),
  marks: "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u0334\u0319".repeat(25),
  word: "x".repeat(256),
};

/** How far something stands out of the page, in pixels. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    // An ellipsis stands for the rest of a long name in the header.
    const boxes = [...document.querySelectorAll("body :not(.cs-menu-button bdi *, .cs-visually-hidden *)")].map((element) => element.getBoundingClientRect());
    const out = boxes.filter((box) => box.width > 0).map((box) => Math.max(box.right - clientWidth, -box.left));
    return Math.max(document.documentElement.scrollWidth - clientWidth, ...out);
  });

/** Lets the document, and what says its own direction in it, be read from the left or from the right. */
const setDirection = (page: Page, direction: "ltr" | "rtl") =>
  page.evaluate((dir) => {
    for (const element of document.querySelectorAll<HTMLElement>("html, [dir=ltr], [dir=rtl]")) element.dir = dir;
  }, direction);

async function holdsEverywhere(page: Page) {
  for (const direction of ["ltr", "rtl"] as const) {
    await setDirection(page, direction);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: Math.max(568, Math.round(width * 0.5)) });
      expect(await overflow(page), `${direction}, ${width} px`).toBeLessThanOrEqual(1);
    }
  }
}

for (const [what, name] of Object.entries(NAMES)) {
  test(`nothing stands out of the login page and the dashboard, with a name of 256: ${what}`, async ({ page, server, login, dashboard }) => {
    const account: Account = server.addUser(name, "analytical engine");
    await login.open();
    await login.submit.click();
    await holdsEverywhere(page);
    await login.signIn({ ...account, password: "wrong guess" });
    await expect(login.alert).not.toBeEmpty();
    await holdsEverywhere(page);
    await login.signIn(account);
    await expect(dashboard.thisDevice).toBeVisible();
    await dashboard.openDetails();
    await expect(dashboard.detail("Session ID")).toBeVisible();
    await holdsEverywhere(page);
  });
}

test("the page mirrors itself for a script that is read from the right", async ({ page, login }) => {
  await login.open();
  const sides = async () => {
    const [field, button] = await Promise.all([login.password.boundingBox(), login.showPassword.boundingBox()]);
    return button!.x + button!.width / 2 > field!.x + field!.width / 2;
  };
  expect(await sides()).toBe(true);
  await setDirection(page, "rtl");
  expect(await sides()).toBe(false);
});

test("at 400 % every control can be reached and seen", async ({ page, ada, login, dashboard }) => {
  // 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10.
  await page.setViewportSize({ width: 320, height: 256 });
  await login.open();
  for (const control of [login.username, login.password, login.showPassword, login.remember, login.submit]) {
    await control.focus();
    await expect(control).toBeInViewport({ ratio: 1 });
  }
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await dashboard.menu.button.focus();
  await expect(dashboard.menu.button).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Enter");
  for (const control of [...(await dashboard.menu.links.all()), dashboard.menu.signOut]) {
    await control.focus();
    await expect(control).toBeInViewport({ ratio: 1 });
  }
  expect(await overflow(page)).toBeLessThanOrEqual(1);
});

test("every control is large enough for a finger", async ({ page, ada, login, dashboard }) => {
  const small = () =>
    page.evaluate(() => {
      // One that is clipped is seen while it has the focus.
      const isShown = (control: Element) => control.checkVisibility() && getComputedStyle(control).clipPath === "none";
      const controls = [...document.querySelectorAll("a[href], button, input, select, summary")].filter(isShown);
      // WCAG 2.2, 2.5.8.
      const isSmall = ({ width, height }: DOMRect) => width < 24 || height < 24;
      return controls.filter((control) => isSmall(control.getBoundingClientRect())).map((control) => control.outerHTML);
    });
  await login.open();
  expect(await small()).toEqual([]);
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  expect(await small()).toEqual([]);
});
