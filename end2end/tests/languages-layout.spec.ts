import type { Page } from "@playwright/test";

import { DashboardPage } from "../pages/dashboard.ts";
import { hydrated } from "../support/hydrated.ts";
import type { Account, Server } from "../support/server.ts";
import { expect, test } from "../support/test.ts";

// An outdated page gets a 404 from it.
test.use({ mayFail: /\/api\/login$/ });

const SUBMIT = "button.cs-primary";
const UNAVAILABLE = { status: 503, json: { error: "unavailable", message: "x" } };

/** Where the fields and the button are. */
const places = (page: Page) =>
  page.evaluate(() =>
    ["#username", "#password", "#remember", "button.cs-primary"].map((part) => {
      const { x, y, width, height } = document.querySelector(part)!.getBoundingClientRect();
      return [x, y, width, height];
    }),
  );

async function submit(page: Page, { name, password }: Account) {
  await page.locator("#username").fill(name);
  await page.locator("#password").fill(password);
  await page.locator(SUBMIT).click();
}

/** Answers the next sign-in, and waits for the text about it. */
async function fail(page: Page, account: Account, answer: { status: number; json?: unknown } | "abort") {
  await page.route("**/api/login", (route) => (answer === "abort" ? route.abort() : route.fulfill(answer)));
  await submit(page, account);
  await page.locator(".cs-messages :is([role=alert], .cs-summary):not(:empty)").waitFor();
  await page.unroute("**/api/login");
}

const error = (error: string, more: object = {}) => ({ error, message: "x", ...more });

/** Each message of the login page, by how a user gets there. */
const MESSAGES: Record<string, (page: Page, ada: Account, server: Server) => Promise<void>> = {
  missing: async (page) => {
    await page.locator(SUBMIT).click();
    await page.locator(".cs-summary a").nth(1).waitFor();
  },
  wrong: (page, ada) => fail(page, ada, { status: 401, json: error("invalid_credentials") }),
  busy: (page, ada) => fail(page, ada, { status: 503, json: error("busy") }),
  unavailable: (page, ada) => fail(page, ada, UNAVAILABLE),
  unreachable: (page, ada) => fail(page, ada, "abort"),
  throttled: (page, ada) => fail(page, ada, { status: 429, json: error("throttled", { retry_after: 754 }) }),
  "cross site": (page, ada) => fail(page, ada, { status: 403, json: error("cross_site") }),
  outdated: (page, ada) => fail(page, ada, { status: 404, json: error("not_found") }),
  "a name that is too long": (page, ada) => fail(page, ada, { status: 422, json: error("invalid_input", { reason: "username_too_long" }) }),
  "a name with invalid characters": (page, ada) => fail(page, ada, { status: 422, json: error("invalid_input", { reason: "username_characters" }) }),
  "a password that is too long": (page, ada) => fail(page, ada, { status: 413, json: error("payload_too_large") }),
  "a password with invalid characters": (page, ada) => fail(page, ada, { status: 422, json: error("invalid_input", { reason: "password_characters" }) }),
  pending: async (page, ada) => {
    await page.route("**/api/login", () => {});
    await submit(page, ada);
    await expect(page.locator(SUBMIT)).toHaveAttribute("aria-disabled", "true");
  },
  unconfirmed: async (page, ada) => {
    await submit(page, ada);
    await page.route("**/api/logout", (route) => route.fulfill(UNAVAILABLE));
    await new DashboardPage(page).logOut();
    await page.locator("#notice:not(:empty)").waitFor();
    await page.waitForResponse("**/api/logout");
  },
  "the session has ended": async (page, ada, server) => {
    await submit(page, ada);
    await page.locator(".cs-badge").waitFor();
    server.run(["session", "revoke", "--user", ada.name]);
    await page.locator("#notice:not(:empty)").waitFor({ timeout: 20_000 });
  },
  elsewhere: async (page, ada) => {
    const other = await page.context().newPage();
    await other.goto("/login");
    await hydrated(other);
    await submit(other, ada);
    await page.locator("#notice:not(:empty)").waitFor();
    await other.close();
  },
};

for (const locale of ["en-GB", "de-DE", "ar-EG"]) {
  for (const width of [320, 1280]) {
    test.describe(`${locale}, ${width} px wide`, () => {
      test.use({ locale, viewport: { width, height: 900 } });

      for (const [name, reach] of Object.entries(MESSAGES)) {
        test(`the form does not move: ${name}`, async ({ page, ada, server }) => {
          test.slow();
          await page.goto("/login");
          await hydrated(page);
          const before = await places(page);
          await reach(page, ada, server);
          expect(await places(page)).toEqual(before);
        });
      }
    });
  }
}
