import type { BrowserContext, Page } from "@playwright/test";

import type { Account, Server } from "../support/server.ts";
import { events, sessions } from "./answers.ts";

/** What a state is reached with. Nothing of it depends on the language of the page. */
export interface Stage {
  page: Page;
  context: BrowserContext;
  server: Server;
  ada: Account;
}

export interface State {
  name: string;
  about: string;
  reach: (stage: Stage) => Promise<void>;
}

const login = async ({ page }: Stage) => {
  await page.goto("/login");
  await page.locator("input:focus").waitFor();
};

const send = async ({ page }: Stage, account: Account) => {
  await page.locator("#username").fill(account.name);
  await page.locator("#password").fill(account.password);
  await page.locator("button[type=submit].primary").click();
};

/** Signs in. The lists are made up, so that a picture is the same every time; all else is the server's. */
const dashboard = async (stage: Stage, account = stage.ada) => {
  await login(stage);
  await send(stage, account);
  await stage.page.locator("dl").first().waitFor();
};

const lists = async ({ page }: Stage, number: number) => {
  await page.route("**/api/sessions", (route) => route.fulfill({ json: sessions(number) }));
  await page.route("**/api/events", (route) => route.fulfill({ json: number === 0 ? [] : events }));
};

const answer = (stage: Stage, path: string, status: number, error: string) =>
  stage.page.route(`**${path}`, (route) => route.fulfill({ status, json: { error, message: "…" } }));

const told = (page: Page) => page.locator("[role=alert] p").first().waitFor();

const notice = (page: Page) => page.locator("#notice:not(:empty)").waitFor();

export const STATES: State[] = [
  { name: "login", about: "the login page", reach: login },
  {
    name: "login-missing",
    about: "nothing was typed",
    reach: async (stage) => {
      await login(stage);
      await stage.page.locator("button[type=submit].primary").click();
      await stage.page.locator(".summary a").first().waitFor();
    },
  },
  {
    name: "login-wrong",
    about: "a wrong password",
    reach: async (stage) => {
      await login(stage);
      await send(stage, { ...stage.ada, password: "wrong guess" });
      await told(stage.page);
    },
  },
  {
    name: "login-throttled",
    about: "too many have failed: counted down",
    reach: async (stage) => {
      await login(stage);
      await stage.page.route("**/api/login", (route) =>
        route.fulfill({ status: 429, json: { error: "throttled", message: "…", retry_after: 75 } }),
      );
      await send(stage, stage.ada);
      await stage.page.locator(".countdown").waitFor();
    },
  },
  {
    name: "login-pending",
    about: "the answer takes its time: a line at the top",
    reach: async (stage) => {
      await login(stage);
      await stage.page.route("**/api/login", () => {});
      await send(stage, stage.ada);
      await stage.page.waitForFunction(() => getComputedStyle(document.body, "::before").opacity === "1");
    },
  },
  {
    name: "login-busy",
    about: "too many sign in at once",
    reach: async (stage) => {
      await login(stage);
      await answer(stage, "/api/login", 503, "busy");
      await send(stage, stage.ada);
      await told(stage.page);
    },
  },
  {
    name: "login-offline",
    about: "the server can't be reached",
    reach: async (stage) => {
      await login(stage);
      await stage.context.setOffline(true);
      await send(stage, stage.ada);
      await told(stage.page);
      await stage.context.setOffline(false);
    },
  },
  {
    name: "login-caps-lock",
    about: "Caps Lock is on",
    reach: async (stage) => {
      await login(stage);
      await stage.page.locator("#password").fill("ANALYTICAL ENGINE");
      // Playwright's own keyboard has no such lock.
      await stage.page.locator("#password").evaluate((field) => {
        field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "E", modifierCapsLock: true }));
      });
      await stage.page.locator(".caps-lock span").waitFor();
    },
  },
  {
    name: "login-shown",
    about: "the password is shown, and the focus is on what shows it",
    reach: async (stage) => {
      await login(stage);
      await stage.page.locator("#password").fill("analytical engine");
      await stage.page.keyboard.press("Tab");
      await stage.page.keyboard.press("Space");
      await stage.page.locator("#password[type=text]").waitFor();
    },
  },
  {
    name: "login-signed-out",
    about: "after signing out",
    reach: async (stage) => {
      await dashboard(stage);
      await stage.page.locator("form[action='/logout'] button").click();
      await notice(stage.page);
      await stage.page.waitForLoadState("networkidle");
    },
  },
  {
    name: "login-unconfirmed",
    about: "signed out here, and the server could not be told",
    reach: async (stage) => {
      await dashboard(stage);
      await answer(stage, "/api/logout", 503, "unavailable");
      await stage.page.locator("form[action='/logout'] button").click();
      await notice(stage.page);
      await stage.page.waitForLoadState("networkidle");
    },
  },
  {
    name: "login-session-ended",
    about: "the session has ended",
    reach: async (stage) => {
      await dashboard(stage);
      stage.server.run(["session", "revoke", "--user", stage.ada.name]);
      await notice(stage.page);
    },
  },
  {
    name: "login-elsewhere",
    about: "signed in from another tab",
    reach: async (stage) => {
      await login(stage);
      const other = await stage.context.newPage();
      await dashboard({ ...stage, page: other });
      await notice(stage.page);
      await other.close();
    },
  },
  {
    name: "dashboard",
    about: "the dashboard",
    reach: async (stage) => {
      await lists(stage, 3);
      await dashboard(stage);
    },
  },
  {
    name: "dashboard-loading",
    about: "the lists are on their way",
    reach: async (stage) => {
      await stage.page.route(/\/api\/(sessions|events)$/, () => {});
      await login(stage);
      await send(stage, stage.ada);
      await stage.page.locator(".skeleton").first().waitFor();
    },
  },
  {
    name: "dashboard-empty",
    about: "no other session, and nothing has happened",
    reach: async (stage) => {
      await lists(stage, 0);
      await dashboard(stage);
    },
  },
  {
    name: "dashboard-long",
    about: "a name of 256 characters, and many sessions",
    reach: async (stage) => {
      await lists(stage, 14);
      await dashboard(stage, stage.server.addUser("Zoë🦊 ".repeat(51) + "x", "analytical engine"));
    },
  },
  {
    name: "dashboard-password",
    about: "to sign out everywhere else, the password is asked for again",
    reach: async (stage) => {
      await lists(stage, 2);
      await dashboard(stage);
      await stage.page.locator(".quiet-details summary").click();
      await stage.page.locator("#password").fill("wrong guess");
      await stage.page.locator(".quiet-details button.primary").click();
      await told(stage.page);
    },
  },
  {
    name: "dashboard-error",
    about: "the lists can't be had",
    reach: async (stage) => {
      await answer(stage, "/api/sessions", 503, "unavailable");
      await answer(stage, "/api/events", 503, "unavailable");
      await login(stage);
      await send(stage, stage.ada);
      await stage.page.locator("[role=alert]:not(:empty)").nth(1).waitFor();
    },
  },
  {
    name: "dashboard-stale",
    about: "what is shown may be out of date",
    reach: async (stage) => {
      await lists(stage, 2);
      await dashboard(stage);
      await stage.page.unroute("**/api/sessions");
      await answer(stage, "/api/sessions", 503, "unavailable");
      await stage.page.locator(".toast:not(:empty)").waitFor({ timeout: 15_000 });
    },
  },
  {
    name: "not-found",
    about: "an address at which there is nothing",
    reach: async ({ page }) => {
      await page.goto("/no/such/page");
      await page.locator("h1:focus").waitFor();
    },
  },
];
