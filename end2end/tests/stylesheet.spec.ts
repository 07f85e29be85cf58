import { hydrated } from "../support/hydrated.ts";
import { expect, test } from "../support/test.ts";

/** Elements and class names as other applications have them. */
const PAGE = `<!doctype html><html lang="en" data-theme="dark" data-plain data-busy><body id="app"><header class="bar"><h1 tabindex="-1">Heading</h1>
<a href="#">Link</a></header><main class="page stage"><div class="card panel alert notice"><h2>Second</h2><h3>Third</h3><p role="alert">Text
<code>code</code></p><form class="switch"><label class="label-row">Label <input class="field"></label><input type="checkbox">
<button class="primary" aria-disabled="true">Button</button></form><dl class="columns"><dt>Term</dt><dd>Text</dd></dl>
<details><summary class="summary">More</summary></details><ul class="rows long"><li>Row</li></ul><p hidden>Hidden</p>
<svg class="icon"></svg><table><tr><td>Cell</td></tr></table></div></main><footer class="foot">Foot</footer></body></html>`;

test("the stylesheets change nothing outside of the pages that they are for", async ({ page, login, server, request }) => {
  await login.open();
  await hydrated(page);
  const links = page.locator("link[rel=stylesheet]");
  await expect(links).toHaveCount(2);
  const addresses = await links.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const css = (await Promise.all(addresses.map(async (address) => (await request.get(server.origin + address)).text()))).join("");
  await page.goto("about:blank");
  await page.setContent(PAGE);
  const styles = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) =>
        ["", "::before", "::after"].map((part) => {
          const style = getComputedStyle(element, part);
          const names = [...style].filter((name) => !name.startsWith("--"));
          return `${element.tagName}${part} ` + names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
        }),
      ),
    );
  const before = await styles();
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, css);
  expect(await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--cs-accent"))).not.toBe("");
  expect(await styles()).toEqual(before);
  await page.evaluate(() => document.querySelector("main")!.classList.add("cs", "cs-stage"));
  expect(await styles()).not.toEqual(before);
});

test("an application chooses the colours of the pages", async ({ page, login }) => {
  await login.open();
  await expect(login.submit).toHaveCSS("background-color", "rgb(35, 66, 196)");
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":root { --cs-accent: rgb(0 90 40) }");
    document.adoptedStyleSheets = [sheet];
  });
  await expect(login.submit).toHaveCSS("background-color", "rgb(0, 90, 40)");
});

test("the pages keep their look beside the stylesheet of an application", async ({ page, login }) => {
  await login.open();
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("main *")].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.tagName, x, y, width, height].join(" ");
      }),
    );
  const before = await places();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { margin: 0; padding: 0 } body { text-align: center; line-height: 3 } .card, .field { display: none }");
    document.adoptedStyleSheets = [sheet];
  });
  expect(await places()).toEqual(before);
});
