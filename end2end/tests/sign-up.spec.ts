import type { Page } from "@playwright/test";

import { SignUpPages } from "../pages/sign-up.ts";
import { hydrated } from "../support/hydrated.ts";
import type { Maildev } from "../support/maildev.ts";
import { mailTo } from "../support/mailed-link.ts";
import { expect, mailTest } from "../support/test.ts";

const PASSWORD = "nine small green lamps";
const EVE = "eve@example.org";

const test = mailTest.extend({
  settings: async ({ maildev }, use) => use({ ...maildev.settings, COUNTERSIGN_ACCOUNTS_REGISTRATION: "open" }),
});

/** Opens the mail to an address and follows its button. */
async function followMail(page: Page, maildev: Maildev, address: string, subject: string, button = subject) {
  await maildev.open(page, await mailTo(maildev, address, subject));
  await page.getByRole("link", { name: button }).click();
  await page.waitForURL(/\/create-account\?token=[\w-]{43}$/);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("somebody signs up by the link in a mail", async ({ page, maildev, ada, dashboard }) => {
      const pages = new SignUpPages(page);
      await page.goto("/login");
      if (javaScriptEnabled) await hydrated(page);
      await page.getByRole("link", { name: "Create an account" }).click();
      await expect(page).toHaveURL("/sign-up");

      await pages.email.fill("eve");
      await pages.sendLink.click();
      await expect(pages.email).toHaveAccessibleDescription(/^Enter an e-mail address/);
      await expect(pages.email).toHaveValue("eve");
      await pages.email.fill(EVE);
      await pages.sendLink.click();
      await expect(page).toHaveURL("/sign-up?sent");
      await expect(pages.heading).toHaveText("Check your mail");

      await followMail(page, maildev, EVE, "Create your account");
      const link = page.url();
      await expect(page.getByText(`Your e-mail address is ${EVE}.`)).toBeVisible();
      await pages.fill(ada.name, PASSWORD);
      await pages.create.click();
      await expect(pages.username).toHaveAccessibleDescription(/Another account has this name/);
      await expect(pages.username).toHaveValue(ada.name);
      if (javaScriptEnabled) await hydrated(page);
      await pages.fill("eve", "short");
      await pages.create.click();
      await expect(pages.password).toHaveAccessibleDescription(/Use at least 15 characters/);
      await expect(pages.username).toHaveValue("eve");
      await pages.password.fill(PASSWORD);
      await pages.create.click();
      await expect(page).toHaveURL("/dashboard");
      await expect(page.getByRole("heading", { name: "Hello, eve" })).toBeVisible();

      await page.goto(link);
      await expect(page.getByText("This link was used already, was revoked, or has expired.")).toBeVisible();
      await page.goto("/dashboard");
      await dashboard.logOut();
      await page.goto("/login");
      if (javaScriptEnabled) await hydrated(page);
      await page.locator("#username").fill("eve");
      await page.locator("#password").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL("/dashboard");
    });
  });
}

test("a name is said to be taken or free before the form is sent, and nothing is lost", async ({ page, maildev, ada }) => {
  const pages = new SignUpPages(page);
  await pages.open("/sign-up");
  await pages.email.fill(EVE);
  await pages.sendLink.click();
  await followMail(page, maildev, EVE, "Create your account");
  await hydrated(page);
  await pages.password.fill(PASSWORD);
  await pages.username.fill(ada.name.toUpperCase());
  await pages.username.blur();
  await expect(pages.username).toHaveAccessibleDescription(/Another account has this name/);
  await expect(pages.username).toHaveAttribute("aria-invalid", "true");
  await pages.username.fill("eve");
  await pages.username.blur();
  await expect(page.getByText("This name is free.")).toBeVisible();
  await expect(pages.username).toHaveAttribute("aria-invalid", "false");
  await expect(pages.password).toHaveValue(PASSWORD);
  await pages.create.click();
  await expect(page).toHaveURL("/dashboard");
});

test("the page is the same for an address with an account, whose owner gets a mail that says so", async ({ page, maildev, ada }) => {
  const pages = new SignUpPages(page);
  const seen: string[] = [];
  for (const email of ["ada@example.org", EVE]) {
    await pages.open("/sign-up");
    await pages.email.fill(email);
    await pages.sendLink.click();
    await page.waitForURL("/sign-up?sent");
    await hydrated(page);
    seen.push(await page.getByRole("main").ariaSnapshot());
  }
  expect(new Set(seen).size).toBe(1);
  await maildev.open(page, await mailTo(maildev, "ada@example.org", "You have an account already"));
  await expect(page.getByText(`Hello ${ada.name},`)).toBeVisible();
  await expect(page.getByRole("link")).toHaveCount(1);
  await page.getByRole("link").click();
  await expect(page).toHaveURL(/\/login/);
});

for (const { locale, link, sent, subject, heading, create, hello } of [
  {
    locale: "de-DE",
    link: "Konto anlegen",
    sent: "Sehen Sie in Ihr Postfach",
    subject: "Konto anlegen",
    heading: "Konto anlegen",
    create: "Konto anlegen",
    hello: /Hallo, eve|eve/,
  },
  {
    locale: "ar-EG",
    link: "إنشاء حساب",
    sent: "تحقق من بريدك الإلكتروني",
    subject: "إنشاء حسابك",
    heading: "إنشاء حسابك",
    create: "إنشاء الحساب",
    hello: /مرحبًا، eve/,
  },
]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("all of a sign-up is in the language of the user, the mail too", async ({ page, maildev }) => {
      await page.goto("/login");
      await hydrated(page);
      await page.getByRole("link", { name: link }).click();
      await page.locator("#email").fill(EVE);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { name: sent })).toBeVisible();
      await followMail(page, maildev, EVE, subject, create);
      await expect(page.getByRole("heading", { name: heading })).toBeVisible();
      await page.locator("#username").fill("eve");
      await page.locator("#new_password").fill(PASSWORD);
      await page.getByRole("button", { name: create }).click();
      await expect(page).toHaveURL("/dashboard");
      await expect(page.getByRole("heading", { name: hello })).toBeVisible();
    });
  });
}

test("somebody signs up by the keyboard alone, and nothing of the link is kept", async ({ page, maildev }) => {
  const pages = new SignUpPages(page);
  await pages.open("/sign-up");
  await expect(pages.heading).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type(EVE);
  await page.keyboard.press("Enter");
  await page.waitForURL("/sign-up?sent");
  await followMail(page, maildev, EVE, "Create your account");
  await hydrated(page);
  await expect(pages.heading).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(pages.username).toBeFocused();
  await page.keyboard.type("eve");
  await page.keyboard.press("Tab");
  await expect(pages.password).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("/dashboard");
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, document.referrer]));
  expect(stored).not.toContain("token=");
});

test.describe("by invitation", () => {
  test.use({ settings: async ({ maildev }, use) => use({ ...maildev.settings, COUNTERSIGN_ACCOUNTS_REGISTRATION: "invite" }) });

  test("whoever is invited gets an account, and nobody else is offered one", async ({ page, server, maildev }) => {
    const pages = new SignUpPages(page);
    await page.goto("/login");
    await hydrated(page);
    await expect(page.getByRole("link", { name: "Create an account" })).toHaveCount(0);
    expect((await page.request.get("/sign-up")).status()).toBe(404);
    server.run(["invite", "--email", EVE]);
    await followMail(page, maildev, EVE, "You are invited to create an account", "Create your account");
    await hydrated(page);
    await pages.fill("eve", PASSWORD);
    await pages.create.click();
    await expect(page).toHaveURL("/dashboard");
  });
});
