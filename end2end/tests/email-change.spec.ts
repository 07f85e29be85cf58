import type { Page } from "@playwright/test";

import { AccountMenu } from "../pages/account-menu.ts";
import { EmailPages } from "../pages/email.ts";
import { ProfilePage } from "../pages/profile.ts";
import { hydrated } from "../support/hydrated.ts";
import { followMail, mailTo } from "../support/mailed-link.ts";
import type { Maildev } from "../support/maildev.ts";
import { signIn, signInElsewhere } from "../support/signed-in.ts";
import { expect, mailTest as test } from "../support/test.ts";

const OLD_ADDRESS = "ada@example.org";
const NEW_ADDRESS = "ada@new.example";
const NEW_PASSWORD = "nine small green lamps";

const CONFIRM = ["Confirm your e-mail address", "Confirm this address"] as const;
const RESTORE = ["Your e-mail address was changed", "Take the address back"] as const;

/** Changes the address of a signed-in user by all steps. */
async function changeAddress(page: Page, maildev: Maildev, password: string, address: string) {
  const pages = new EmailPages(page);
  await page.goto("/account/email");
  await pages.ask(address, password);
  await page.waitForURL("/account/email?sent");
  await followMail(page, maildev, address, ...CONFIRM);
  await pages.submit.click();
  await page.waitForURL("/account?confirmed");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("an address is changed from the profile, by a mail to the new one", async ({ page, maildev, ada }) => {
      test.slow();
      const [profile, pages] = [new ProfilePage(page), new EmailPages(page)];
      await signIn(page, ada, "/account");
      await expect(profile.email).toContainText(OLD_ADDRESS);
      await profile.changeEmail.click();
      await expect(pages.heading).toHaveText("Change your e-mail address");

      await pages.ask(NEW_ADDRESS, "not the password");
      await expect(pages.password).toHaveAttribute("aria-invalid", "true");
      await expect(pages.password).toHaveAccessibleDescription("The password is wrong.");
      await expect(pages.email).toHaveValue(NEW_ADDRESS);
      for (const [address, error] of [
        ["ada", "Enter an e-mail address, such as name@example.com."],
        [OLD_ADDRESS, "This is your e-mail address already."],
      ] as const) {
        await pages.ask(address, ada.password);
        await expect(pages.email).toHaveAttribute("aria-invalid", "true");
        await expect(pages.email).toHaveAccessibleDescription(error);
        if (javaScriptEnabled) await expect(pages.email).toBeFocused();
      }
      await pages.ask(NEW_ADDRESS, ada.password);
      await expect(page).toHaveURL("/account/email?sent");
      await expect(pages.heading).toHaveText("Check your mail");

      await followMail(page, maildev, NEW_ADDRESS, ...CONFIRM);
      const link = page.url();
      await expect(page.getByRole("main")).toContainText(`${NEW_ADDRESS} will be the e-mail address of ada.`);
      await pages.submit.click();
      await expect(page).toHaveURL("/account?confirmed");
      await expect(profile.status).toHaveText("Your e-mail address is confirmed.");
      await expect(profile.email).toContainText(NEW_ADDRESS);
      await mailTo(maildev, OLD_ADDRESS, RESTORE[0]);

      await page.goto(link);
      await expect(page.getByRole("main")).toContainText("This link was used already or has expired.");
      await page.getByRole("link", { name: "Ask for a new link" }).click();
      await expect(page).toHaveURL("/account/email");
    });

    test("the former address takes the account back from a thief", async ({ page, browser, server, maildev, ada, login }) => {
      test.slow();
      const pages = new EmailPages(page);
      await page.goto("/login");
      const thief = await signInElsewhere(browser, server.origin, ada);
      await changeAddress(thief, maildev, ada.password, "thief@one.example");
      await changeAddress(thief, maildev, ada.password, "thief@two.example");

      // The thief takes it back too, but the older link wins.
      await followMail(thief, maildev, "thief@one.example", ...RESTORE);
      await new EmailPages(thief).choosePassword("the password of a thief");
      await thief.waitForURL("/login?restored");
      const stolen = { ...ada, password: "the password of a thief" };
      const thieves = [await signInElsewhere(browser, server.origin, stolen), await signInElsewhere(browser, server.origin, stolen)];

      await followMail(page, maildev, OLD_ADDRESS, ...RESTORE);
      const text = `${OLD_ADDRESS} will be the e-mail address of ada again. All sessions of this account will end.`;
      await expect(page.getByRole("main")).toContainText(text);
      await pages.choosePassword("x");
      await expect(pages.newPassword).toHaveAttribute("aria-invalid", "true");
      await expect(pages.newPassword).toHaveAccessibleDescription(/Use at least \d+ characters\.$/);
      await pages.choosePassword(NEW_PASSWORD);
      await expect(page).toHaveURL("/login?restored");
      await expect(login.notice).toHaveText("Your e-mail address is back and your new password is set. Sign in with it.");

      for (const thief of thieves) {
        await thief.goto("/dashboard");
        await expect(thief).toHaveURL("/login?next=/dashboard");
      }
      await login.signIn(stolen);
      await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
      await signIn(page, { ...ada, password: NEW_PASSWORD }, "/account");
      await expect(new ProfilePage(page).email).toContainText(OLD_ADDRESS);
    });
  });
}

interface Words {
  locale: string;
  direction: "ltr" | "rtl";
  change: string;
  title: string;
  notAnAddress: string;
  wrongPassword: string;
  sent: string;
  /** The subject of a mail, and the text of its button. */
  confirm: [string, string];
  confirmed: string;
  restore: [string, string];
  restoreTitle: string;
  restored: string;
}

const LANGUAGES: Words[] = [
  {
    locale: "de-DE",
    direction: "ltr",
    change: "Ändern",
    title: "E-Mail-Adresse ändern",
    notAnAddress: "Geben Sie eine E-Mail-Adresse ein, etwa name@example.com.",
    wrongPassword: "Das Passwort ist falsch.",
    sent: "Sehen Sie in Ihr Postfach",
    confirm: ["E-Mail-Adresse bestätigen", "Adresse bestätigen"],
    confirmed: "Ihre E-Mail-Adresse ist bestätigt.",
    restore: ["Ihre E-Mail-Adresse wurde geändert", "Adresse zurückholen"],
    restoreTitle: "E-Mail-Adresse zurückholen",
    restored: "Ihre E-Mail-Adresse ist zurückgeholt und Ihr neues Passwort gesetzt. Melden Sie sich damit an.",
  },
  {
    locale: "ar-EG",
    direction: "rtl",
    change: "تغيير",
    title: "تغيير البريد الإلكتروني",
    notAnAddress: "أدخل عنوان بريد إلكتروني، مثل name@example.com.",
    wrongPassword: "كلمة المرور غير صحيحة.",
    sent: "تحقق من بريدك الإلكتروني",
    confirm: ["تأكيد بريدك الإلكتروني", "تأكيد العنوان"],
    confirmed: "تأكّد بريدك الإلكتروني.",
    restore: ["غُيِّر بريدك الإلكتروني", "استعادة العنوان"],
    restoreTitle: "استعادة البريد الإلكتروني",
    restored: "استُعيد بريدك الإلكتروني وعُيّنت كلمة مرورك الجديدة. سجّل الدخول بها.",
  },
];

for (const words of LANGUAGES) {
  const { locale, direction } = words;

  test.describe(locale, () => {
    test.use({ locale });

    test("a change and its way back are in the language of the user", async ({ page, maildev, ada, login }) => {
      test.slow();
      const pages = new EmailPages(page);
      await signIn(page, ada, "/account");
      await hydrated(page);
      await expect(page.locator("html")).toHaveAttribute("dir", direction);
      await page.getByRole("main").getByRole("link", { name: words.change, exact: true }).click();
      await expect(pages.heading).toHaveText(words.title);
      await pages.ask("ada", ada.password);
      await expect(pages.email).toHaveAccessibleDescription(words.notAnAddress);
      await expect(pages.email, "addresses are read from the left").toHaveCSS("direction", "ltr");
      await pages.ask(NEW_ADDRESS, "not the password");
      await expect(pages.password).toHaveAccessibleDescription(words.wrongPassword);
      await pages.ask(NEW_ADDRESS, ada.password);
      await expect(pages.heading).toHaveText(words.sent);

      await followMail(page, maildev, NEW_ADDRESS, ...words.confirm);
      await expect(page.locator("html")).toHaveAttribute("dir", direction);
      await expect(page.getByRole("main")).toContainText(NEW_ADDRESS);
      await pages.submit.click();
      await expect(page.getByRole("main").getByRole("status")).toHaveText(words.confirmed);

      await followMail(page, maildev, OLD_ADDRESS, ...words.restore);
      await expect(pages.heading).toHaveText(words.restoreTitle);
      await pages.choosePassword(NEW_PASSWORD);
      await expect(login.notice).toHaveText(words.restored);
    });
  });
}

test("the address of another account is told only to whoever reads its mail", async ({ page, server, maildev, ada }) => {
  test.slow();
  const pages = new EmailPages(page);
  server.addUser("eve", "compiler of languages", "eve@example.org");
  await signIn(page, ada, "/account/email");
  const seen: string[] = [];
  for (const address of [NEW_ADDRESS, "Eve@example.org"]) {
    await page.goto("/account/email");
    await hydrated(page);
    await pages.ask(address, ada.password);
    await page.waitForURL("/account/email?sent");
    await hydrated(page);
    seen.push(await page.getByRole("main").ariaSnapshot());
  }
  expect(seen[1]).toBe(seen[0]);

  await followMail(page, maildev, "Eve@example.org", ...CONFIRM);
  await pages.submit.click();
  await expect(pages.alert).toHaveText("Another account has this e-mail address.");
  await page.goto("/account");
  await expect(new ProfilePage(page).email).toContainText(OLD_ADDRESS);
});

test("an address can be confirmed in a browser that nobody has signed in to", async ({ page, browser, server, maildev, ada }) => {
  test.slow();
  const pages = new EmailPages(page);
  await signIn(page, ada, "/account/email");
  await pages.ask(NEW_ADDRESS, ada.password);
  await page.waitForURL("/account/email?sent");

  const phone = await (await browser.newContext({ baseURL: server.origin })).newPage();
  await followMail(phone, maildev, NEW_ADDRESS, ...CONFIRM);
  await expect(phone.getByRole("main")).toContainText(`${NEW_ADDRESS} will be the e-mail address of ada.`);
  await new EmailPages(phone).submit.click();
  await expect(phone).toHaveURL("/login?confirmed");
  await expect(phone.locator("#notice")).toHaveText("Your e-mail address is confirmed.");

  await new AccountMenu(page).button.click();
  await new AccountMenu(page).link("Profile").click();
  await expect(new ProfilePage(page).email).toContainText(NEW_ADDRESS);
});

test("the dashboard leads a user without an address to one", async ({ page, server, maildev }) => {
  test.slow();
  const pages = new EmailPages(page);
  const add = page.getByRole("link", { name: "Add an e-mail address" });
  const eve = server.addUser("eve", "compiler of languages");
  await signIn(page, eve);
  await add.click();
  await expect(page).toHaveURL("/account/email");
  await pages.ask("eve@new.example", eve.password);
  await page.waitForURL("/account/email?sent");
  await followMail(page, maildev, "eve@new.example", ...CONFIRM);
  await pages.submit.click();
  await expect(new ProfilePage(page).email).toContainText("eve@new.example");
  await page.goto("/dashboard");
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "Hello, eve" })).toBeVisible();
  await expect(add).toHaveCount(0);
});
