import { type BrowserContext, type Page, expect } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";
import type { Maildev } from "../support/maildev.ts";
import type { Account, Server } from "../support/server.ts";
import { NOW, accessToken, events, ownAccount, sessions } from "./data.ts";

/** What a state is reached with. */
export interface Stage {
  page: Page;
  context: BrowserContext;
  server: Server;
  ada: Account;
  /** For states with mail. */
  maildev?: Maildev;
}

/** A state of a page. `reach` finds its way without any text, so it works in every language. */
export interface State {
  name: string;
  about: string;
  /** Settings of the server, as environment variables. */
  settings?: Record<string, string>;
  /** With a mail server, and with ada's address, which is ada@example.org. */
  hasMail?: boolean;
  reach: (stage: Stage) => Promise<void>;
  /** The control that has the focus, and shows it. */
  focus?: string;
}

/** The languages of the pages, with a locale of a browser for each. */
export const LOCALES = { en: "en-GB", de: "de-DE", ar: "ar-EG" } as const;

export type Language = keyof typeof LOCALES;

/** Brings a page into a state, at a fixed time, with the mouse over nothing. */
export async function reachState({ reach }: State, stage: Stage) {
  await stage.page.clock.setFixedTime(NOW * 1000);
  await reach(stage);
  await stage.page.mouse.move(0, 0);
  await stage.page.evaluate(() => scrollTo(0, 0));
}

/** A mail server, which gets nothing in any of the states. */
const MAIL = { COUNTERSIGN_MAIL_URL: "smtp://127.0.0.1:9", COUNTERSIGN_MAIL_FROM: "noreply@example.org" };

/** The same, where everybody can create an account. */
const OPEN = { ...MAIL, COUNTERSIGN_ACCOUNTS_REGISTRATION: "open" };

const SUBMIT = "button[type=submit].cs-primary";
const END = "button[type=submit].cs-danger";
const DANGER = `main ${END}:not(li *)`;
const MENU = "button[popovertarget=account-menu]";

const openLogin = async ({ page }: Stage) => {
  await page.goto("/login");
  await hydrated(page);
};

const submit = async ({ page }: Stage, account: Account) => {
  await page.locator("#username").fill(account.name);
  await page.locator("#password").fill(account.password);
  await page.locator(SUBMIT).click();
};

const signIn = async (stage: Stage, account = stage.ada) => {
  await openLogin(stage);
  await submit(stage, account);
};

const openResetLink = async ({ page, server, ada }: Stage) => {
  await page.goto(server.run(["user", "reset-link", ada.name]).match(/http\S+/)![0]);
};

const openSignUp = async ({ page }: Stage) => {
  await page.goto("/sign-up");
  await page.locator("h1:focus").waitFor();
};

const openInvitation = async ({ page, server }: Stage) => {
  await page.goto(server.run(["invite"]).match(/http\S+/)![0]);
  await page.locator("h1:focus").waitFor();
};

const openDashboard = async (stage: Stage, account = stage.ada) => {
  await signIn(stage, account);
  await stage.page.locator(".cs-badge").waitFor();
};

const openMenu = ({ page }: Stage) => page.locator(MENU).click();

const signOut = async (stage: Stage) => {
  await openMenu(stage);
  await stage.page.locator("form[action='/logout'] button").click();
};

/** What the server says in the sample pages. */
interface Sample {
  otherSessions?: number;
  /** The response of `/api/sessions`, if it is not made of `otherSessions`. */
  listed?: object[];
  activity?: object[];
  own?: object;
  account?: Account;
}

/** Opens the dashboard with made-up account, sessions, events and token, the same on every run. */
const openSampleDashboard = async (
  stage: Stage,
  { otherSessions = 2, listed = sessions(otherSessions), activity = events, own = ownAccount, account }: Sample = {},
) => {
  const { page } = stage;
  // Relative times are by the server's clock: the page carries when it was rendered, right after it was asked for.
  await page.addInitScript((now) => Object.defineProperty(performance, "timeOrigin", { value: now }), NOW * 1000);
  await page.route("**/login", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/(?<=RESOURCES.*)"\d{10}"/, `"${NOW}"`) });
  });
  await page.route("**/api/login", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), access_token: accessToken } });
  });
  await page.route("**/api/account", (route) => route.fulfill({ json: own }));
  await page.route("**/api/sessions", (route) => route.fulfill({ json: listed }));
  await page.route("**/api/events", (route) => route.fulfill({ json: activity }));
  await openDashboard(stage, account);
};

/** Opens a page from there by its link in the menu, so that it shows the same. */
const openSample = async (stage: Stage, path: string, sample?: Sample) => {
  await openSampleDashboard(stage, sample);
  await openMenu(stage);
  await stage.page.locator(`#account-menu a[href='${path}']`).click();
  await stage.page.locator("h1:focus").waitFor();
};

/** Opens a page of the account. */
const openOwn = async (stage: Stage, path: string) => {
  await openDashboard(stage);
  await stage.page.goto(path);
  await stage.page.locator("h1:focus").waitFor();
};

/** Fills the form of a page in, sends it, and waits for the field that is wrong. */
const sendWrong = async ({ page }: Stage, values: Record<string, string>, wrong: string, submit = SUBMIT) => {
  for (const [field, value] of Object.entries(values)) await page.locator(field).fill(value);
  await page.locator(submit).click();
  await page.locator(`${wrong}[aria-invalid=true]:focus`).waitFor();
};

/** Opens the link of a mail that has arrived. */
const openMailedLink = async ({ page, maildev }: Stage, path: string) => {
  const link = new RegExp(`http\\S+${path}\\?token=[\\w-]+`);
  const find = async () => (await maildev!.received()).flatMap(({ text }) => text.match(link) ?? [])[0];
  await expect.poll(find, { timeout: 15_000 }).toBeDefined();
  await page.goto((await find())!);
  await page.locator("h1:focus").waitFor();
};

/** Asks for a new address, and opens the link in the mail about it. */
const openConfirmation = async (stage: Stage) => {
  const { page, ada } = stage;
  await openOwn(stage, "/account/email");
  await page.locator("#email").fill("ada@new.example");
  await page.locator("#password").fill(ada.password);
  await page.locator(SUBMIT).click();
  await page.waitForURL("/account/email?sent");
  await openMailedLink(stage, "/confirm-email");
};

const openRestoration = async (stage: Stage) => {
  await openConfirmation(stage);
  await stage.page.locator(SUBMIT).click();
  await stage.page.waitForURL("/account?confirmed");
  await openMailedLink(stage, "/restore-email");
};

/** Makes every request to a path fail. */
const fail = ({ page }: Stage, path: string, status: number, error: string) =>
  page.route(`**${path}`, (route) => route.fulfill({ status, json: { error, message: "…" } }));

const waitForError = ({ page }: Stage) => page.locator("[role=alert]:not(:empty)").first().waitFor();

const waitForNotice = ({ page }: Stage) => page.locator("#notice:not(:empty)").waitFor();

export const STATES: State[] = [
  { name: "login", about: "the login page", reach: openLogin, focus: "#username" },
  {
    name: "login-missing",
    about: "nothing was entered",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.page.locator(SUBMIT).click();
      await stage.page.locator(".cs-summary a").first().waitFor();
    },
    focus: "#username",
  },
  {
    name: "login-wrong",
    about: "a wrong password",
    reach: async (stage) => {
      await openLogin(stage);
      await submit(stage, { ...stage.ada, password: "wrong guess" });
      await waitForError(stage);
    },
    focus: "#password",
  },
  {
    name: "login-throttled",
    about: "too many failed logins, with a countdown",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.page.route("**/api/login", (route) =>
        route.fulfill({ status: 429, json: { error: "throttled", message: "…", retry_after: 75 } }),
      );
      await submit(stage, stage.ada);
      await stage.page.locator(".cs-countdown").waitFor();
    },
  },
  {
    name: "login-pending",
    about: "a slow response, with a progress line",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.page.route("**/api/login", () => {});
      await submit(stage, stage.ada);
      await stage.page.waitForFunction(() => getComputedStyle(document.body, "::before").opacity === "1");
    },
  },
  {
    name: "login-busy",
    about: "the server is busy",
    reach: async (stage) => {
      await openLogin(stage);
      await fail(stage, "/api/login", 503, "busy");
      await submit(stage, stage.ada);
      await waitForError(stage);
    },
  },
  {
    name: "login-offline",
    about: "the server can't be reached",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.context.setOffline(true);
      await submit(stage, stage.ada);
      await waitForError(stage);
      await stage.context.setOffline(false);
    },
  },
  {
    name: "login-caps-lock",
    about: "Caps Lock is on",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.page.locator("#password").fill("ANALYTICAL ENGINE");
      // Playwright's keyboard has no Caps Lock.
      await stage.page.locator("#password").evaluate((field) => {
        field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "E", modifierCapsLock: true }));
      });
      await stage.page.locator(".cs-caps-lock span").waitFor();
    },
    focus: "#password",
  },
  {
    name: "login-shown",
    about: "the password is shown",
    reach: async (stage) => {
      await openLogin(stage);
      await stage.page.locator("#password").fill("analytical engine");
      await stage.page.keyboard.press("Tab");
      await stage.page.keyboard.press("Space");
      await stage.page.locator("#password[type=text]").waitFor();
    },
    focus: "[aria-controls=password]",
  },
  {
    name: "login-signed-out",
    about: "after signing out",
    reach: async (stage) => {
      await openDashboard(stage);
      await signOut(stage);
      await waitForNotice(stage);
      await stage.page.waitForLoadState("networkidle");
    },
    focus: "#username",
  },
  {
    name: "login-unconfirmed",
    about: "signed out, not confirmed by the server",
    reach: async (stage) => {
      await openDashboard(stage);
      await fail(stage, "/api/logout", 503, "unavailable");
      await signOut(stage);
      await waitForNotice(stage);
      await stage.page.waitForLoadState("networkidle");
    },
  },
  {
    name: "login-session-ended",
    about: "the session has ended",
    reach: async (stage) => {
      await openDashboard(stage);
      stage.server.run(["session", "revoke", "--user", stage.ada.name]);
      await waitForNotice(stage);
    },
    focus: "#username",
  },
  {
    name: "login-elsewhere",
    about: "signed in in another tab",
    reach: async (stage) => {
      await openLogin(stage);
      const other = await stage.context.newPage();
      await openDashboard({ ...stage, page: other });
      await waitForNotice(stage);
      await other.close();
    },
  },
  {
    name: "dashboard",
    about: "the dashboard",
    reach: async (stage) => {
      await openSampleDashboard(stage, { otherSessions: 3 });
    },
  },
  {
    name: "dashboard-menu",
    about: "the menu of the account",
    reach: async (stage) => {
      await openSampleDashboard(stage);
      await openMenu(stage);
      await stage.page.locator("#account-menu:popover-open").waitFor();
    },
  },
  {
    name: "dashboard-no-email",
    about: "an account without an e-mail address",
    reach: async (stage) => {
      await openSampleDashboard(stage, { own: { ...ownAccount, display_name: null, email: null } });
      await stage.page.locator("#no-email-title").waitFor();
    },
  },
  {
    name: "dashboard-token",
    about: "the details of the session, and the contents of the access token",
    reach: async (stage) => {
      await openSampleDashboard(stage, { otherSessions: 1 });
      await stage.page.locator("details.cs-panel summary").click();
      await stage.page.locator("h4").first().waitFor();
    },
  },
  {
    name: "dashboard-loading",
    about: "the panels are loading",
    reach: async (stage) => {
      await stage.page.route(/\/api\/(account|sessions|events)$/, () => {});
      await signIn(stage);
      await stage.page.locator(".cs-skeleton").first().waitFor();
    },
  },
  {
    name: "dashboard-empty",
    about: "no other session, and no activity",
    reach: async (stage) => {
      await openSampleDashboard(stage, { otherSessions: 0, activity: [] });
    },
  },
  {
    name: "dashboard-long",
    about: "a user name of 256 characters",
    reach: async (stage) => {
      const account = stage.server.addUser("Zoë🦊 ".repeat(51) + "x", "analytical engine");
      await openSampleDashboard(stage, { otherSessions: 14, own: { ...ownAccount, display_name: null }, account });
    },
  },
  {
    name: "dashboard-error",
    about: "the lists can't be loaded",
    reach: async (stage) => {
      await fail(stage, "/api/sessions", 503, "unavailable");
      await fail(stage, "/api/events", 503, "unavailable");
      await signIn(stage);
      await stage.page.locator("[role=alert]:not(:empty):visible").nth(1).waitFor();
    },
  },
  {
    name: "dashboard-stale",
    about: "the lists may be out of date",
    reach: async (stage) => {
      await openSampleDashboard(stage);
      await stage.page.unroute("**/api/sessions");
      await fail(stage, "/api/sessions", 503, "unavailable");
      await stage.page.locator(".cs-toast:not(:empty)").waitFor({ timeout: 15_000 });
    },
  },
  {
    name: "forgot-password",
    about: "a forgotten password, on a server without mail",
    reach: async ({ page }) => {
      await page.goto("/forgot-password");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "forgot-password-form",
    about: "a forgotten password",
    settings: MAIL,
    reach: async ({ page }) => {
      await page.goto("/forgot-password");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "forgot-password-missing",
    about: "nobody was named whose password is forgotten",
    settings: MAIL,
    reach: async ({ page }) => {
      await page.goto("/forgot-password");
      await page.locator(SUBMIT).click();
      await page.locator("#username[aria-invalid]").waitFor();
    },
    focus: "#username",
  },
  {
    name: "forgot-password-sent",
    about: "a mail with a link is on its way",
    reach: async ({ page }) => {
      await page.goto("/forgot-password?sent");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "reset-password",
    about: "a new password is chosen by a link",
    settings: MAIL,
    reach: async (stage) => {
      await openResetLink(stage);
      await stage.page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "reset-password-short",
    about: "the new password is too short",
    settings: MAIL,
    reach: async (stage) => {
      await openResetLink(stage);
      await stage.page.locator("#new_password").fill("short");
      await stage.page.locator(SUBMIT).click();
      await stage.page.locator("#new_password[aria-invalid]").waitFor();
    },
    focus: "#new_password",
  },
  {
    name: "reset-password-used",
    about: "a link that was used already",
    reach: async ({ page }) => {
      await page.goto("/reset-password?token=used");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "login-sign-up",
    about: "the login page where everybody can create an account",
    settings: OPEN,
    reach: openLogin,
    focus: "#username",
  },
  {
    name: "sign-up",
    about: "somebody asks for an account",
    settings: OPEN,
    reach: openSignUp,
  },
  {
    name: "sign-up-wrong",
    about: "what was typed is no e-mail address",
    settings: OPEN,
    reach: async (stage) => {
      await openSignUp(stage);
      await sendWrong(stage, { "#email": "ada" }, "#email");
    },
    focus: "#email",
  },
  {
    name: "sign-up-sent",
    about: "the mail with the link is on its way",
    settings: OPEN,
    reach: async (stage) => {
      await openSignUp(stage);
      await stage.page.locator("#email").fill("eve@example.org");
      await stage.page.locator(SUBMIT).click();
      await stage.page.waitForURL("/sign-up?sent");
      await stage.page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "create-account",
    about: "name and password of a new account are chosen",
    settings: OPEN,
    reach: openInvitation,
  },
  {
    name: "create-account-taken",
    about: "the name is taken",
    settings: OPEN,
    reach: async (stage) => {
      await openInvitation(stage);
      await sendWrong(stage, { "#username": stage.ada.name, "#new_password": "nine small green lamps" }, "#username");
    },
    focus: "#username",
  },
  {
    name: "create-account-used",
    about: "a link to create an account that was used already",
    settings: OPEN,
    reach: async ({ page }) => {
      await page.goto("/create-account?token=used");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "profile",
    about: "the profile",
    hasMail: true,
    reach: (stage) => openOwn(stage, "/account"),
  },
  {
    name: "profile-no-email",
    about: "the profile of an account without an e-mail address",
    reach: (stage) => openOwn(stage, "/account"),
  },
  {
    name: "profile-saved",
    about: "a display name was saved",
    reach: async (stage) => {
      await openOwn(stage, "/account");
      await stage.page.locator("#name").fill("Ada Lovelace");
      await stage.page.locator(SUBMIT).click();
      await stage.page.waitForURL("/account?saved");
      await stage.page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "profile-wrong",
    about: "a display name with a character that it can't have",
    reach: async (stage) => {
      await openOwn(stage, "/account");
      await sendWrong(stage, { "#name": "Ada\u202eLovelace" }, "#name");
    },
    focus: "#name",
  },
  {
    name: "profile-confirmed",
    about: "a new e-mail address was confirmed",
    hasMail: true,
    reach: async (stage) => {
      await openConfirmation(stage);
      await stage.page.locator(SUBMIT).click();
      await stage.page.waitForURL("/account?confirmed");
      await stage.page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "change-email",
    about: "a signed-in user changes the e-mail address",
    settings: MAIL,
    reach: (stage) => openOwn(stage, "/account/email"),
  },
  {
    name: "change-email-no-mail",
    about: "the e-mail address, on a server without mail",
    reach: (stage) => openOwn(stage, "/account/email"),
  },
  {
    name: "change-email-wrong",
    about: "a wrong password for a new e-mail address",
    settings: MAIL,
    reach: async (stage) => {
      await openOwn(stage, "/account/email");
      await sendWrong(stage, { "#email": "ada@new.example", "#password": "wrong guess" }, "#password");
    },
    focus: "#password",
  },
  {
    name: "change-email-invalid",
    about: "what was entered is no e-mail address",
    settings: MAIL,
    reach: async (stage) => {
      await openOwn(stage, "/account/email");
      await sendWrong(stage, { "#email": "ada", "#password": stage.ada.password }, "#email");
    },
    focus: "#email",
  },
  {
    name: "change-email-sent",
    about: "a mail to the new address is on its way",
    reach: (stage) => openOwn(stage, "/account/email?sent"),
  },
  {
    name: "confirm-email",
    about: "a new e-mail address is confirmed by a link",
    hasMail: true,
    reach: openConfirmation,
  },
  {
    name: "confirm-email-used",
    about: "a link to confirm an e-mail address that was used already",
    reach: async ({ page }) => {
      await page.goto("/confirm-email?token=used");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "restore-email",
    about: "an e-mail address is taken back by a link",
    hasMail: true,
    reach: openRestoration,
  },
  {
    name: "restore-email-short",
    about: "the new password for it is too short",
    hasMail: true,
    reach: async (stage) => {
      await openRestoration(stage);
      await sendWrong(stage, { "#new_password": "short" }, "#new_password");
    },
    focus: "#new_password",
  },
  {
    name: "restore-email-used",
    about: "a link to take an e-mail address back that was used already",
    reach: async ({ page }) => {
      await page.goto("/restore-email?token=used");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "change-password",
    about: "a signed-in user changes the password",
    reach: (stage) => openOwn(stage, "/account/password"),
  },
  {
    name: "change-password-wrong",
    about: "the current password is wrong",
    reach: async (stage) => {
      await openOwn(stage, "/account/password");
      await sendWrong(stage, { "#password": "wrong guess", "#new_password": "nine small green lamps" }, "#password");
    },
    focus: "#password",
  },
  {
    name: "change-password-done",
    about: "the password was changed",
    reach: (stage) => openOwn(stage, "/account/password?changed"),
  },
  {
    name: "sessions",
    about: "the sessions, one of them with a name",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions", { otherSessions: 3 });
    },
  },
  {
    name: "sessions-only",
    about: "no other session",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions", { otherSessions: 0 });
    },
  },
  {
    name: "sessions-rename",
    about: "a session gets a name",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions");
      await stage.page.locator("li summary").nth(1).click();
      await stage.page.locator("li:nth-child(2) input[name=name]").fill("Kitchen");
    },
    focus: "li:nth-child(2) input[name=name]",
  },
  {
    name: "sessions-long",
    about: "many sessions, with long names",
    reach: async (stage) => {
      const name = (number: number) => (number % 2 ? "Zoë🦊 ".repeat(10) : "W".repeat(64));
      const listed = sessions(14).map((session, number) => ({ ...session, name: name(number) }));
      await openSample(stage, "/account/sessions", { listed });
    },
  },
  {
    name: "sessions-ended",
    about: "a session was ended",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions");
      await stage.page.route("**/api/revoke_session", (route) => route.fulfill({ json: null }));
      const listed = sessions(2).filter((_, number) => number !== 1);
      await stage.page.route("**/api/sessions", (route) => route.fulfill({ json: listed }));
      await stage.page.locator(`li ${END}`).first().click();
      await stage.page.locator("main [role=status]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "sessions-password",
    about: "the password is asked for, to sign out everywhere else",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions");
      await fail(stage, "/api/revoke_other_sessions", 403, "password_required");
      await stage.page.locator(DANGER).click();
      await stage.page.locator("#password:focus").waitFor();
    },
    focus: "#password",
  },
  {
    name: "sessions-wrong",
    about: "a wrong password for signing out everywhere else",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions");
      await fail(stage, "/api/revoke_other_sessions", 403, "password_required");
      await stage.page.locator(DANGER).click();
      await stage.page.locator("#password:focus").waitFor();
      await fail(stage, "/api/revoke_other_sessions", 403, "wrong_password");
      await sendWrong(stage, { "#password": "wrong guess" }, "#password", DANGER);
    },
    focus: "#password",
  },
  {
    name: "sessions-error",
    about: "a session could not be ended",
    reach: async (stage) => {
      await openSample(stage, "/account/sessions");
      await fail(stage, "/api/revoke_session", 503, "unavailable");
      await stage.page.locator(`li ${END}`).first().click();
      await waitForError(stage);
    },
  },
  {
    name: "activity",
    about: "what has happened to the account",
    reach: (stage) => openSample(stage, "/account/activity"),
  },
  {
    name: "activity-empty",
    about: "nothing has happened lately",
    reach: (stage) => openSample(stage, "/account/activity", { activity: [] }),
  },
  {
    name: "delete-account",
    about: "a signed-in user deletes the account",
    reach: (stage) => openOwn(stage, "/account/delete"),
  },
  {
    name: "delete-account-wrong",
    about: "a wrong password for the deletion",
    reach: async (stage) => {
      await openOwn(stage, "/account/delete");
      await sendWrong(stage, { "#password": "wrong guess" }, "#password", DANGER);
    },
    focus: "#password",
  },
  {
    name: "login-deleted",
    about: "after the account was deleted",
    reach: async (stage) => {
      await openOwn(stage, "/account/delete");
      await stage.page.locator("#password").fill(stage.ada.password);
      await stage.page.locator(DANGER).click();
      await waitForNotice(stage);
      await stage.page.waitForLoadState("networkidle");
    },
    focus: "#username",
  },
  {
    name: "not-found",
    about: "an unknown address",
    reach: async ({ page }) => {
      await page.goto("/no/such/page");
      await page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "refused",
    about: "a plain form that was refused",
    reach: async ({ page }) => {
      await page.goto("/no/such/page");
      await hydrated(page);
      // As an outdated page would send it.
      await page.locator("button[name=theme]").evaluate((button: HTMLButtonElement) => {
        button.value = "sepia";
        button.click();
      });
      await page.waitForURL("/theme");
      await page.locator("h1:focus").waitFor();
    },
  },
];
