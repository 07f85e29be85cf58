import type { Page } from "@playwright/test";

import { LanguageSwitch } from "../pages/language.ts";
import { PasswordPages } from "../pages/passwords.ts";
import { hydrated } from "../support/hydrated.ts";
import type { Maildev } from "../support/maildev.ts";
import type { Account } from "../support/server.ts";
import { expect, mailTest as test } from "../support/test.ts";

const NEW = "nine small green lamps";

/** Opens a mail and follows its button. */
async function followMail(page: Page, maildev: Maildev, subject: string) {
  await maildev.open(page, await maildev.waitFor(subject));
  await page.getByRole("link", { name: subject }).click();
  await page.waitForURL(/\/reset-password\?token=[\w-]{43}$/);
}

/** A second browser of the same user, which is signed in. */
async function signInElsewhere(page: Page, { name, password }: Account) {
  const other = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin });
  const elsewhere = await other.newPage();
  await elsewhere.goto("/login");
  await elsewhere.getByLabel("User name").fill(name);
  await elsewhere.getByRole("textbox", { name: "Password", exact: true }).fill(password);
  await elsewhere.keyboard.press("Enter");
  await elsewhere.waitForURL("/dashboard");
  return elsewhere;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("a forgotten password is reset by the link in a mail", async ({ page, maildev, ada, login, dashboard }) => {
      const passwords = new PasswordPages(page);
      await page.goto("/login");
      const elsewhere = await signInElsewhere(page, ada);
      await page.getByRole("link", { name: "Forgot your password?" }).click();
      await expect(page).toHaveURL("/forgot-password");

      await passwords.sendLink.click();
      await expect(passwords.who).toHaveAccessibleDescription("Enter your user name or e-mail.");
      await expect(passwords.who).toHaveAttribute("aria-invalid", "true");
      await passwords.who.fill("ada@example.org");
      await passwords.sendLink.click();
      await expect(page).toHaveURL("/forgot-password?sent");
      await expect(passwords.heading).toHaveText("Check your mail");

      await followMail(page, maildev, "Choose a new password");
      const link = page.url();
      await expect(passwords.heading).toHaveText("Choose a new password");
      await passwords.new.fill("x");
      await passwords.set.click();
      await expect(passwords.new).toHaveAttribute("aria-invalid", "true");
      await expect(passwords.new).toHaveAccessibleDescription(/Use at least \d+ characters\./);
      expect(page.url(), "the link is still good").toBe(link);

      await passwords.new.fill(NEW);
      await passwords.set.click();
      await expect(page).toHaveURL("/login?reset");
      await expect(login.notice).toHaveText("Your new password is set. Sign in with it.");

      await login.signIn(ada);
      await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
      await login.signIn({ ...ada, password: NEW });
      await expect(page).toHaveURL("/dashboard");
      await expect(dashboard.activity).toContainText("Password reset");
      await maildev.waitFor("Your password was changed");

      await elsewhere.reload();
      await expect(elsewhere).toHaveURL("/login?next=/dashboard");
      await page.goto(link);
      await expect(page.getByText("This link was used already or has expired.")).toBeVisible();
      await page.getByRole("link", { name: "Ask for a new link" }).click();
      await expect(page).toHaveURL("/forgot-password");
    });
  });
}

for (const { locale, forgot, sent, subject, heading, set, notice } of [
  {
    locale: "de-DE",
    forgot: "Passwort vergessen?",
    sent: "Sehen Sie in Ihr Postfach",
    subject: "Neues Passwort wählen",
    heading: "Neues Passwort wählen",
    set: "Neues Passwort festlegen",
    notice: "Ihr neues Passwort gilt. Melden Sie sich damit an.",
  },
  {
    locale: "ar-EG",
    forgot: "هل نسيت كلمة المرور؟",
    sent: "تحقق من بريدك الإلكتروني",
    subject: "اختيار كلمة مرور جديدة",
    heading: "اختر كلمة مرور جديدة",
    set: "تعيين كلمة المرور الجديدة",
    notice: "كلمة مرورك الجديدة جاهزة. سجّل الدخول بها.",
  },
]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("all of a reset is in the language of the user, the mail too", async ({ page, maildev, ada, login }) => {
      await page.goto("/login");
      await hydrated(page);
      await page.getByRole("link", { name: forgot }).click();
      await page.locator("#username").fill(ada.name);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { name: sent })).toBeVisible();
      await followMail(page, maildev, subject);
      await expect(page.getByRole("heading", { name: heading })).toBeVisible();
      await page.locator("#new_password").fill(NEW);
      await page.getByRole("button", { name: set }).click();
      await expect(page).toHaveURL("/login?reset");
      await expect(login.notice).toHaveText(notice);
    });
  });
}

test("only the keyboard is needed, and nothing of the link is kept when it was followed", async ({ page, maildev, ada }) => {
  const passwords = new PasswordPages(page);
  await passwords.open("/forgot-password");
  await expect(passwords.heading).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type(ada.name);
  await page.keyboard.press("Enter");
  await page.waitForURL("/forgot-password?sent");
  await followMail(page, maildev, "Choose a new password");
  await hydrated(page);
  await expect(passwords.heading).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(passwords.new).toBeFocused();
  await page.keyboard.type(NEW);
  await page.keyboard.press("Enter");
  await page.waitForURL("/login?reset");
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, document.referrer]));
  expect(stored).not.toContain("token=");
});

test("nobody gets a mail for a name that no account has, and the page is the same", async ({ page, maildev, ada }) => {
  const passwords = new PasswordPages(page);
  const pages: string[] = [];
  for (const who of ["nobody", "nobody@example.org", "nobody@", ada.name]) {
    await passwords.open("/forgot-password");
    await passwords.who.fill(who);
    await passwords.sendLink.click();
    await page.waitForURL("/forgot-password?sent");
    await hydrated(page);
    pages.push(await page.getByRole("main").ariaSnapshot());
  }
  expect(new Set(pages).size).toBe(1);
  await maildev.waitFor("Choose a new password");
  expect((await maildev.received()).map((mail) => mail.to.map(({ address }) => address))).toEqual([["ada@example.org"]]);
});

test("the language and the theme can be changed on the page of a link", async ({ page, maildev, ada }) => {
  const passwords = new PasswordPages(page);
  await passwords.open("/forgot-password");
  await passwords.who.fill(ada.name);
  await passwords.sendLink.click();
  await followMail(page, maildev, "Choose a new password");
  const link = page.url();
  await hydrated(page);
  await new LanguageSwitch(page).choose("Deutsch");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await hydrated(page);
  expect(page.url()).toBe(link);
  await page.getByRole("button", { name: "Farben: System" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(page.url()).toBe(link);
  await page.locator("#new_password").fill(NEW);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/login?reset");
});
