import type { BrowserContext, Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";
import type { Account, Server } from "../support/server.ts";
import { NOW, accessToken, events, sessions } from "./data.ts";

/** What a state is reached with. */
export interface Stage {
  page: Page;
  context: BrowserContext;
  server: Server;
  ada: Account;
}

/** A state of a page. `reach` finds its way without any text, so it works in every language. */
export interface State {
  name: string;
  about: string;
  /** Settings of the server, as environment variables. */
  settings?: Record<string, string>;
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

const SUBMIT = "button[type=submit].cs-primary";
const SIGN_OUT = "form[action='/logout'] button";

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

const openDashboard = async (stage: Stage, account = stage.ada) => {
  await signIn(stage, account);
  await stage.page.locator("dl").first().waitFor();
};

/** Opens the dashboard with made-up sessions, events and token, the same on every run. */
const openSampleDashboard = async (stage: Stage, otherSessions: number, account = stage.ada) => {
  const { page } = stage;
  await page.route("**/api/login", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), access_token: accessToken } });
  });
  await page.route("**/api/sessions", (route) => route.fulfill({ json: sessions(otherSessions) }));
  await page.route("**/api/events", (route) => route.fulfill({ json: otherSessions === 0 ? [] : events }));
  await openDashboard(stage, account);
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
      await stage.page.locator(SIGN_OUT).click();
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
      await stage.page.locator(SIGN_OUT).click();
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
      await openSampleDashboard(stage, 3);
    },
  },
  {
    name: "dashboard-token",
    about: "the contents of the access token",
    reach: async (stage) => {
      await openSampleDashboard(stage, 1);
      await stage.page.locator("details.cs-panel summary").click();
      await stage.page.locator("h3").first().waitFor();
    },
  },
  {
    name: "dashboard-loading",
    about: "the lists are loading",
    reach: async (stage) => {
      await stage.page.route(/\/api\/(sessions|events)$/, () => {});
      await signIn(stage);
      await stage.page.locator(".cs-skeleton").first().waitFor();
    },
  },
  {
    name: "dashboard-empty",
    about: "no other session, and no activity",
    reach: async (stage) => {
      await openSampleDashboard(stage, 0);
    },
  },
  {
    name: "dashboard-long",
    about: "a user name of 256 characters, and many sessions",
    reach: async (stage) => {
      await openSampleDashboard(stage, 14, stage.server.addUser("Zoë🦊 ".repeat(51) + "x", "analytical engine"));
    },
  },
  {
    name: "dashboard-password",
    about: "a wrong password for signing out everywhere else",
    reach: async (stage) => {
      await openSampleDashboard(stage, 2);
      await fail(stage, "/api/revoke_other_sessions", 403, "wrong_password");
      await stage.page.locator(".cs-quiet-details summary").click();
      await stage.page.locator("#password").fill("wrong guess");
      await stage.page.locator(".cs-quiet-details button.cs-primary").click();
      await waitForError(stage);
    },
    focus: "#password",
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
      await openSampleDashboard(stage, 2);
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
    name: "change-password",
    about: "a signed-in user changes the password",
    reach: async (stage) => {
      await openDashboard(stage);
      await stage.page.goto("/account/password");
      await stage.page.locator("h1:focus").waitFor();
    },
  },
  {
    name: "change-password-wrong",
    about: "the current password is wrong",
    reach: async (stage) => {
      await openDashboard(stage);
      await stage.page.goto("/account/password");
      await stage.page.locator("#password").fill("wrong guess");
      await stage.page.locator("#new_password").fill("nine small green lamps");
      await stage.page.locator(SUBMIT).click();
      await stage.page.locator("#password[aria-invalid]").waitFor();
    },
    focus: "#password",
  },
  {
    name: "change-password-done",
    about: "the password was changed",
    reach: async (stage) => {
      await openDashboard(stage);
      await stage.page.goto("/account/password?changed");
      await stage.page.locator("h1:focus").waitFor();
    },
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
      await page.locator("button[name=theme][value=dark]").evaluate((button: HTMLButtonElement) => {
        button.value = "sepia";
        button.click();
      });
      await page.waitForURL("/theme");
      await page.locator("h1:focus").waitFor();
    },
  },
];
