import { type BrowserContext, type ConsoleMessage, type Page, test as base, expect } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { LoginPage } from "../pages/login.ts";
import { Maildev } from "./maildev.ts";
import { type DatabaseKind, noPostgres } from "./postgres.ts";
import { type Account, Server } from "./server.ts";

interface Fixtures {
  /** Settings of the server, as environment variables. */
  settings: Record<string, string>;
  database: DatabaseKind;
  server: Server;
  ada: Account;
  login: LoginPage;
  dashboard: DashboardPage;
  /** Fails the test when the page reports an unexpected error or warning, such as a violation of the content security
   * policy. A test that expects one removes it. */
  quietConsole: string[];
  /** The addresses of files that a test keeps from the page. */
  mayFail: RegExp | undefined;
}

/** Chromium's messages about wasm that a test delays or blocks, and about violations that are only reported, which are
 * errors in some versions. */
const EXPECTED =
  /was preloaded using link preload but not used|Failed to fetch\s+at .*__wasm_split|'WebAssembly': HTTP status|requires 'TrustedHTML' assignment/;

/** The tests open addresses below this one to find nothing there. */
const NOWHERE = "/no/such/";

/** Whether Chromium complains about an error response that has a meaning, of a page, a form or a server function, or about
 * a server or network that a test has taken away. A file or a route that is not there is none of them. */
function isAnswer(message: ConsoleMessage) {
  const path = new URL(message.location().url || "about:blank").pathname;
  const isAway = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED)$/.test(message.text());
  const isMissing = path.includes(".") || (message.text().includes("status of 404") && !path.startsWith(NOWHERE));
  return message.text().startsWith("Failed to load resource") && (isAway || !isMissing);
}

/** Adds the unexpected errors and warnings of a browser's pages to a list. A test that starts a browser of its own
 * calls it with `quietConsole`. */
export function collectErrors(context: BrowserContext, said: string[], mayFail?: RegExp) {
  context.on("weberror", (error) => said.push(String(error.error())));
  context.on("console", (message) => {
    const isExpected = EXPECTED.test(message.text()) || isAnswer(message) || mayFail?.test(message.location().url);
    if (["error", "warning"].includes(message.type()) && !isExpected) said.push(message.text());
  });
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],
  database: ["sqlite", { option: true }],
  mayFail: [undefined, { option: true }],
  server: async ({ settings, database }, use, testInfo) => {
    testInfo.skip(database === "postgres" && noPostgres !== "", noPostgres);
    const server = new Server(settings, database);
    await server.start();
    await use(server);
    await server.remove();
  },
  baseURL: async ({ server }, use) => use(server.origin),
  ada: async ({ server }, use) => use(server.addUser("ada", "analytical engine")),
  login: async ({ page }, use) => use(new LoginPage(page)),
  dashboard: async ({ page }, use) => use(new DashboardPage(page)),
  quietConsole: [
    async ({ browser, context, mayFail }, use) => {
      const said: string[] = [];
      const collect = (context: BrowserContext) => collectErrors(context, said, mayFail);
      collect(context);
      browser.on("context", collect);
      await use(said);
      browser.off("context", collect);
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

/** With a mail server, and ada's address, which is ada@example.org. */
export const mailTest = test.extend<{ maildev: Maildev }, { mailServer: Maildev }>({
  // It takes a second to start.
  mailServer: [
    async ({}, use) => {
      const maildev = new Maildev();
      await maildev.start();
      await use(maildev);
      await maildev.stop();
    },
    { scope: "worker" },
  ],
  maildev: async ({ mailServer }, use) => {
    await mailServer.clear();
    await use(mailServer);
  },
  settings: async ({ maildev }, use) => use(maildev.settings),
  // Of the page that shows a mail.
  mayFail: /\/favicon\.ico$/,
  ada: async ({ server }, use) => use(server.addUser("ada", "analytical engine", "ada@example.org")),
});

/** The access token that this tab keeps. */
export async function storedToken(page: Page): Promise<string | undefined> {
  return (await page.evaluate(() => sessionStorage.getItem("countersign.access_token"))) ?? undefined;
}

/** Puts a token into this tab as if it had just arrived. */
export async function storeToken(page: Page, token: string) {
  await page.evaluate((token) => {
    const claims = JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
    sessionStorage.setItem("countersign.access_token", token);
    const received = [Math.floor(Date.now() / 1000), claims.exp - claims.iat, claims.sid].join(" ");
    sessionStorage.setItem("countersign.received", received);
  }, token);
}

/** The refresh cookie of a browser, if it has one. */
export async function refreshCookie(context: BrowserContext) {
  return (await context.cookies()).find((cookie) => cookie.name === "countersign");
}

/** The status of a protected route for a token. */
export async function statusOf(server: Server, token: string, route = "/api/me", form = "") {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(server.origin + route, { method: "POST", headers, body: form });
  return answer.status;
}

export { expect };
