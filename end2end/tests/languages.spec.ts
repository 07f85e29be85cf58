import type { Page } from "@playwright/test";

import { LanguageSwitch } from "../pages/language.ts";
import { hydrated } from "../support/hydrated.ts";
import { expect, test } from "../support/test.ts";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

for (const [locale, language, direction, title] of [
  ["de-AT", "de", "ltr", "Anmelden"],
  ["ar-EG", "ar", "rtl", "تسجيل الدخول"],
  ["fr-FR", "en", "ltr", "Sign in"],
] as const) {
  test.describe(`a browser that reads ${locale}`, () => {
    test.use({ locale });

    test(`gets its pages in "${language}", before and after the wasm has taken them over`, async ({ page }) => {
      await page.goto("/login");
      await hydrated(page);
      expect(await new LanguageSwitch(page).shown()).toEqual([language, direction]);
      await expect(heading(page, title)).toBeVisible();
      await expect(page).toHaveTitle(`${title} · Countersign`);
      await page.goto("/no/such/page");
      expect(await new LanguageSwitch(page).shown()).toEqual([language, direction]);
    });
  });
}

test("a language that was chosen holds on every page, after a reload and in a new tab", async ({ page, context, ada, login, server }) => {
  const language = new LanguageSwitch(page);
  await login.open("/login?next=/dashboard");
  await language.choose("Deutsch");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page).toHaveURL("/login?next=/dashboard");
  await expect(language.list).toHaveValue("de");
  await hydrated(page);

  await page.getByLabel("Benutzername").fill(ada.name);
  await page.locator("#password").fill("wrong");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toHaveText("Benutzername, E-Mail oder Passwort ist falsch.");
  await page.locator("#password").fill(ada.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(heading(page, "Hallo, ada")).toBeVisible();
  await expect(page.getByRole("region", { name: "Letzte Aktivitäten" })).toContainText("Fehlgeschlagene Anmeldung");
  await expect(page.getByRole("region", { name: "Sitzungen" })).toContainText(/Chrome unter Linux/);
  // Dates as in the page's language, whatever the browser's is.
  await expect(page.locator("dt", { hasText: "Sitzung endet" }).locator("+ dd")).toHaveText(/^\d{1,2}\.\d{1,2}\.\d{4}, \d\d:\d\d$/);

  const other = await context.newPage();
  await other.goto(`${server.origin}/no/such/page`);
  await expect(heading(other, "Unter dieser Adresse gibt es nichts")).toBeVisible();
  await page.getByRole("banner").getByRole("button", { name: "ada" }).click();
  await page.getByRole("banner").getByRole("button", { name: "Abmelden" }).click();
  await expect(page.locator("#notice")).toHaveText("Sie sind abgemeldet.");
});

test("a language is chosen by keyboard alone, and not before it is wanted", async ({ page, login }) => {
  const language = new LanguageSwitch(page);
  await login.open();
  const width = async () => (await language.apply.boundingBox())!.width;
  expect(await width()).toBeLessThan(4);
  await page.getByRole("link", { name: "Forgot" }).focus();
  await page.keyboard.press("Tab");
  await expect(language.list).toBeFocused();
  expect(await width()).toBeGreaterThan(24);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(language.list).toHaveValue("ar");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.keyboard.press("Tab");
  await expect(language.apply).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("lang", "ar");
});

test.describe("a page that is read from the right", () => {
  test.use({ locale: "ar-EG" });

  test("fits into 320 px, in every state", async ({ page, ada, server }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    const fits = async () => expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.goto("/login");
    await hydrated(page);
    await page.locator("button[type=submit]").click();
    await expect(page.locator(".cs-summary")).toContainText("أدخل اسم المستخدم أو بريدك.");
    await fits();
    await page.locator("#username").fill(ada.name);
    await page.locator("#password").fill(ada.password);
    await page.locator("button[type=submit]").click();
    await expect(heading(page, `مرحبًا، ${ada.name}`)).toBeVisible();
    // The digits are those of the texts.
    await expect(page.locator("dt", { hasText: "تنتهي الجلسة" }).locator("+ dd")).toHaveText(/\d\d:?/);
    await fits();
    await page.goto(`${server.origin}/no/such/page`);
    await fits();
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the language is chosen by a plain form, and errors are told in it", async ({ page }) => {
    await page.goto("/login?next=/dashboard");
    const language = new LanguageSwitch(page);
    await language.choose("العربية");
    await language.apply.click();
    await expect(page).toHaveURL("/login?next=/dashboard");
    await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
    await page.locator("#username").fill("ada");
    await page.locator("#password").fill("wrong guess");
    await page.locator("button[type=submit]").click();
    await expect(page.getByRole("alert")).toHaveText("اسم المستخدم أو البريد الإلكتروني أو كلمة المرور غير صحيحة.");
  });
});
