import { expect, test } from "../support/test.ts";
import { layoutFaults, showsFocus } from "./layout.ts";

const PAGE = `
  <meta name="viewport" content="width=device-width">
  <main>
    <h1>Sign in</h1>
    <form class="cs-card">
      <div class="cs-field"><label for="name">Name</label><br><input id="name"></div>
      <div class="cs-field cs-with-button"><input id="password"><button id="eye" type="button">Show</button></div>
      <button class="cs-primary">Sign in</button>
    </form>
  </main>
  <style>
    * { box-sizing: border-box; font: 16px/24px monospace }
    .cs-field { position: relative; padding-block: 8px }
    input, .cs-primary { display: block; width: 300px; height: 32px }
    #eye { position: absolute; right: 4px; top: 12px; width: 60px; padding: 0 }
    .cs-with-button { width: 300px }
  </style>`;

test("a page without faults has none", async ({ page }) => {
  await page.setContent(PAGE);
  expect(await layoutFaults(page)).toEqual([]);
});

for (const [style, fault] of [
  [".cs-card { width: 2000px }", "page is"],
  [".cs-primary { position: relative; left: -300px }", "outside of the window"],
  ["h1 { display: none }", "not exactly one h1"],
  [".cs-primary { position: relative; top: 40px }", "outside of its container"],
  [".cs-primary { position: relative; top: -24px }", "overlap"],
  ["#eye { right: -20px }", "outside of its field"],
  ["#eye { width: 30px; overflow: hidden }", "text too wide"],
  ["#eye { height: 20px; overflow: hidden; line-height: 40px }", "text too high"],
  ["#eye { height: 20px }", "target of"],
  [".cs-primary { width: 200px }", "not aligned"],
  ["main { direction: rtl } .cs-primary { margin-right: 20px; width: 280px }", "not aligned"],
] as const) {
  test(`${style} is reported: "${fault}"`, async ({ page }) => {
    await page.setContent(`${PAGE}<style>${style}</style>`);
    expect((await layoutFaults(page)).join("\n")).toContain(fault);
  });
}

test("a menu may cover the page, but not itself", async ({ page }) => {
  const menu = (distance: number) => `
    <div class="cs-menu" style="position: absolute; top: 60px; left: 8px; background: white">
      <p style="height: 24px; margin: 0">One</p>
      <p style="height: 24px; margin: ${distance}px 0 0">Two</p>
    </div>`;
  await page.setContent(PAGE + menu(4));
  expect(await layoutFaults(page)).toEqual([]);
  await page.setContent(PAGE + menu(-10));
  expect(await layoutFaults(page)).toEqual(['overlap: p "One", p "Two"']);
});

test("a focus without an outline is reported", async ({ page }) => {
  await page.setContent(PAGE);
  await page.locator("#name").focus();
  expect(await showsFocus(page)).toBe(false);
  await page.addStyleTag({ content: ":focus { outline: 3px solid }" });
  expect(await showsFocus(page)).toBe(true);
});
