import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Page } from "@playwright/test";

import { hydrated } from "../support/hydrated.ts";
import { expect, storedToken, test } from "../support/test.ts";

// Password managers, translation, link detection and other extensions change a page when they like.

/** Puts an element behind every field, as password managers do. */
function addButtons() {
  for (const field of document.querySelectorAll("input")) field.after(document.createElement("div"));
}

/** Wraps every text, as translation does. */
function translate() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts.filter(({ data }) => data.trim())) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = text.data;
    outer.append(inner);
    text.replaceWith(outer);
  }
}

/** Makes links of names, as the detection of telephone numbers and addresses does outside of buttons. */
function linkNames() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts.filter(({ data, parentElement }) => /ada|User name/.test(data) && !parentElement!.closest("button"))) {
    const link = Object.assign(document.createElement("a"), { href: "mailto:ada@example.com", textContent: text.data });
    text.replaceWith(link);
  }
}

/** Puts an element first in the body, as toolbars do. */
function addToolbar() {
  document.body.prepend(document.createElement("div"));
}

/** Removes elements, as content blockers do. */
function removeElements() {
  for (const element of document.querySelectorAll("h1, h2")) element.remove();
}

const CHANGES = { addButtons, translate, linkNames, addToolbar, removeElements };

/** Holds the wasm back until the returned function is called. */
async function holdWasm(page: Page) {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  return release;
}

/** Loads a page and changes it before the wasm is there. Resolves once the wasm has done what it can. */
async function openChanged(page: Page, path: string, change: () => void) {
  const release = await holdWasm(page);
  await page.goto(path, { waitUntil: "domcontentloaded" });
  await page.evaluate(change);
  release();
  await page.locator("html:is([data-hydrated], [data-plain])").waitFor({ state: "attached" });
  await page.unroute("**/*.wasm");
}

for (const [name, change] of Object.entries(CHANGES)) {
  test(`a login page that was changed before the wasm came signs in: ${name}`, async ({ page, ada, login, dashboard }) => {
    await openChanged(page, "/login", change);
    await login.fill(ada.name, "wrong guess");
    await login.submit.click();
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await openChanged(page, "/login", change);
    await login.fill(ada.name, ada.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/dashboard");
    await expect(dashboard.heading).toHaveText("Hello, ada");
  });

  test(`a dashboard that was changed before the wasm came signs out: ${name}`, async ({ page, ada, login, dashboard }) => {
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.heading).toHaveText("Hello, ada");
    await openChanged(page, "/dashboard", change);
    await dashboard.logOut();
    await expect(login.notice).toHaveText("You are signed out.");
    await page.goto("/dashboard");
    await expect(page).toHaveURL("/login?next=/dashboard");
  });
}

test("what is put around the page keeps nothing from being taken over", async ({ page, ada, login }) => {
  await openChanged(page, "/login", () => {
    document.body.prepend(document.createElement("div"));
    document.body.append(document.createElement("div"));
    document.head.append(document.createElement("meta"));
    document.querySelector("input")!.setAttribute("data-extension", "");
  });
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard");
  expect(await storedToken(page)).toBeDefined();
});

test("a page that arrives piece by piece is taken over", async ({ page, server }) => {
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(server.origin + request.url);
    const body = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get("content-type") ?? "";
    response.writeHead(answer.status, { "content-type": type });
    const size = type.startsWith("text/html") ? 50 : body.length;
    for (let sent = 0; sent < body.length; sent += size) {
      response.write(body.subarray(sent, sent + size));
      if (size === 50) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/login`);
  await hydrated(page);
  await expect(page.locator("html")).not.toHaveAttribute("data-plain");
  proxy.closeAllConnections();
  proxy.close();
});

test("a page that is changed while it arrives stays as it is", async ({ page, login }) => {
  await page.addInitScript(() => {
    // The first field is known when the second one arrives.
    const observer = new MutationObserver(() => {
      if (!document.querySelector("#password")) return;
      observer.disconnect();
      document.querySelector("#username")!.after(document.createElement("div"));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  const release = await holdWasm(page);
  await page.goto("/login", { waitUntil: "domcontentloaded" });
  release();
  await expect(page.locator("html")).toHaveAttribute("data-plain");
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated");
  await expect(login.submit).toBeVisible();
});

test("a page that was changed stays as it is, and says what does not work", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  const needs = page.getByText("This page is not updated: ");
  await expect(needs).toBeHidden();
  await openChanged(page, "/dashboard", translate);
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated");
  await expect(needs).toBeVisible();
  await expect(dashboard.detail("Signed in since")).toHaveText(/UTC$/);
});

test.describe("a change that was not noticed", () => {
  test.beforeEach(({ page }) =>
    page.addInitScript(() => {
      Object.assign(window, {
        MutationObserver: class {
          observe() {}
          takeRecords() {
            return [];
          }
        },
      });
    }),
  );

  test("makes the forms plain ones", async ({ page, ada, login, dashboard, quietConsole }) => {
    await openChanged(page, "/login", addButtons);
    await login.fill(ada.name, ada.password);
    await login.submit.click();
    await expect(dashboard.heading).toHaveText("Hello, ada");
    await openChanged(page, "/dashboard", translate);
    await dashboard.logOut();
    await expect(login.notice).toHaveText("You are signed out.");
    expect(new Set(quietConsole)).toEqual(new Set(["RuntimeError: unreachable"]));
    quietConsole.length = 0;
  });
});

test.describe("translated after it was taken over", () => {
  test("what changes by itself goes on changing", async ({ page, ada, login, dashboard }) => {
    await login.open();
    await page.evaluate(translate);
    await login.fill(ada.name, "wrong guess");
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/api/login", async (route) => {
      await held;
      await route.continue();
    });
    await login.submit.click();
    await expect(login.submit).toHaveText("Signing in…");
    await page.evaluate(translate);
    release();
    await expect(login.submit).toHaveText("Sign in");
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await page.evaluate(translate);
    await login.fill("", "");
    await login.submit.click();
    await expect(login.alert).toBeEmpty();
    await expect(login.summary.getByRole("link")).toHaveText(["Enter your user name or e-mail.", "Enter your password."]);
    await page.evaluate(translate);
    await login.fill("ada", "");
    await login.submit.click();
    await expect(login.summary.getByRole("link")).toHaveText(["Enter your password."]);
    await page.unroute("**/api/login");
    await page.route("**/api/login", (route) => route.fulfill({ status: 429, json: { error: "throttled", message: "x", retry_after: 3 } }));
    await login.fill("ada", "wrong guess");
    await login.submit.click();
    await expect(login.wait).toHaveText(/^You can try again in/);
    await page.evaluate(translate);
    await expect(login.wait).toHaveText("You can try again now.", { timeout: 10_000 });
    await page.evaluate(translate);
    await page.unroute("**/api/login");
    await login.signIn(ada);
    await expect(dashboard.heading).toHaveText("Hello, ada");
    await expect(login.wait).toBeHidden();
  });

  test("the notices of a sign-out do", async ({ page, ada, login, dashboard }) => {
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.detail("Token expires")).toHaveText(/in \d+ min/);
    await page.evaluate(translate);
    const left = await dashboard.detail("Token expires").textContent();
    await expect(dashboard.detail("Token expires")).not.toHaveText(left!, { timeout: 5_000 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/api/logout", async (route) => {
      await held;
      await route.fulfill({ status: 503, body: "" });
    });
    await dashboard.logOut();
    await expect(login.notice).toHaveText("Signing you out…");
    await page.evaluate(translate);
    release();
    await expect(login.notice).toHaveText(/The server has not confirmed it yet/);
    await page.evaluate(translate);
    await page.unroute("**/api/logout");
    await expect(login.notice).toHaveText("You are signed out.", { timeout: 15_000 });
    await page.evaluate(translate);
    await login.submit.click();
    await expect(login.notice).toBeEmpty();
  });
});

for (const path of ["/login", "/dashboard"]) {
  test(`nothing on the way may change ${path}, and no link is made of its numbers`, async ({ page, ada, login, dashboard }) => {
    await login.open();
    await login.signIn(ada);
    await expect(dashboard.heading).toBeVisible();
    if (path === "/login") await dashboard.logOut();
    if (path === "/login") await expect(login.notice).toHaveText("You are signed out.");
    const response = await page.goto(path);
    await hydrated(page);
    expect(await response!.headerValue("cache-control")).toBe("no-store, no-transform");
    const detection = page.locator("meta[name=format-detection]");
    await expect(detection).toHaveAttribute("content", "telephone=no,date=no,address=no,email=no");
  });
}
