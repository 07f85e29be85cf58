import { LanguageSwitch } from "../pages/language.ts";
import { DARK, LIGHT, ThemeSwitch } from "../pages/theme.ts";
import { expect, test } from "../support/test.ts";

test("the system's theme holds until another one is chosen, on every page, and is remembered", async ({ page, context, ada, login, dashboard }) => {
  const theme = new ThemeSwitch(page);
  await login.open();
  expect(await theme.colours()).toEqual(LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await theme.colours()).toEqual(DARK);
  await expect(theme.button).toHaveAccessibleName("Colours: System");
  await theme.button.click();
  expect(await theme.colours()).toEqual(LIGHT);
  await expect(theme.button).toHaveAccessibleName("Colours: Light");
  const cookie = (await context.cookies()).find((cookie) => cookie.name === "countersign-theme");
  expect(cookie).toMatchObject({ value: "light", path: "/", sameSite: "Lax", httpOnly: false });
  expect(cookie!.expires).toBeGreaterThan(Date.now() / 1000 + 364 * 86400);

  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  expect(await theme.colours()).toEqual(LIGHT);
  for (const path of ["/dashboard", "/no/such/page"]) {
    await page.goto(path);
    expect(await theme.colours()).toEqual(LIGHT);
    await expect(theme.button).toHaveAccessibleName("Colours: Light");
  }
  await theme.choose("System");
  expect(await theme.colours()).toEqual(DARK);
  await page.reload();
  expect(await theme.colours()).toEqual(DARK);
});

test("nothing is painted in another theme than the chosen one, and nothing moves", async ({ page, login }) => {
  const theme = new ThemeSwitch(page);
  await login.open();
  const place = async () => [await theme.button.boundingBox(), await login.submit.boundingBox()];
  const before = await place();
  await theme.choose("Dark");
  expect(await place()).toEqual(before);
  // Not even the wasm is needed.
  const nothing = { contentType: "text/javascript", body: "export default async () => {}; export const hydrate = () => {};" };
  await page.route("**/*.js", (route) => route.fulfill(nothing));
  await page.reload({ waitUntil: "commit" });
  await expect(login.heading).toBeVisible();
  expect(await theme.colours()).toEqual(DARK);
  await expect(page.locator("meta[name=color-scheme]")).toHaveAttribute("content", "dark");
});

test("the theme is chosen by keyboard alone, and the focus stays", async ({ page, login }) => {
  const theme = new ThemeSwitch(page);
  await login.open();
  await new LanguageSwitch(page).list.focus();
  // The button that sends the language is between them, for those who choose by keyboard.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(theme.button).toBeFocused();
  for (const name of ["Light", "Dark", "System", "Light"]) {
    await page.keyboard.press("Enter");
    await expect(theme.button).toHaveAccessibleName(`Colours: ${name}`);
    await expect(theme.button).toBeFocused();
  }
  expect(await theme.colours()).toEqual(LIGHT);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the theme is chosen by a plain form, which leads back to the page", async ({ page, login }) => {
    await page.goto("/login?next=/dashboard");
    const theme = new ThemeSwitch(page);
    await theme.choose("Dark");
    await expect(page).toHaveURL("/login?next=/dashboard");
    await expect(theme.button).toHaveAccessibleName("Colours: Dark");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(login.heading).toBeVisible();
  });
});

test("a theme that was chosen by script is remembered by a cookie of the server's", async ({ page, context, login }) => {
  // Safari and Brave keep a cookie that a script has set for seven days. Here it is over at once.
  await context.addInitScript(() => Object.defineProperty(document, "cookie", { get: () => "", set: () => {} }));
  await login.open();
  const theme = new ThemeSwitch(page);
  await theme.choose("Light");
  const sent = page.waitForResponse((answer) => answer.request().postData() === "theme=dark");
  await theme.button.click();
  expect(await theme.colours()).toEqual(DARK);
  await sent;
  await expect(page).toHaveURL("/login");
  await page.reload();
  expect(await theme.colours()).toEqual(DARK);
});
