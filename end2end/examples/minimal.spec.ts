import { expect, test as base } from "@playwright/test";

import { LoginPage } from "../pages/login.ts";
import { Example } from "../support/example.ts";
import type { Account } from "../support/server.ts";

const test = base.extend<{ example: Example; ada: Account }>({
  example: async ({}, use) => {
    const example = new Example("minimal");
    await example.start();
    await use(example);
    await example.remove();
  },
  baseURL: async ({ example }, use) => use(example.origin),
  ada: async ({ example }, use) => use(example.addUser("ada", "analytical engine")),
});

test("the page of the example is for signed-in users, and its wasm runs", async ({ page, ada }) => {
  await page.goto("/");
  await expect(page).toHaveURL("/login");
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  const login = new LoginPage(page);
  await login.signIn({ ...ada, password: "wrong guess" });
  await expect(login.alert).toHaveText("The user name or the password is wrong.");
  await login.signIn(ada);
  await expect(page).toHaveURL("/");
  await expect(page.locator("main")).toContainText("Welcome to Leptos!ada");
  await page.getByRole("button").click();
  await expect(page.getByRole("button")).toHaveText("Click Me: 1");
  await page.reload();
  await expect(page.locator("main")).toContainText("Welcome to Leptos!ada");
  await page.getByRole("button").click();
  await expect(page.getByRole("button")).toHaveText("Click Me: 1");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the example signs in and out by plain forms", async ({ page, ada, request }) => {
    await page.goto("/");
    const login = new LoginPage(page);
    await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.alert).toHaveText("The user name or the password is wrong.");
    await login.signIn(ada);
    await expect(page).toHaveURL("/");
    await expect(page.locator("main")).toContainText("Welcome to Leptos!ada");
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const signedOut = await request.post("/logout", { headers: { cookie, origin: new URL(page.url()).origin } });
    expect(new URL(signedOut.url()).pathname).toBe("/login");
    await page.reload();
    await expect(page).toHaveURL("/login");
  });
});

test("what the example shows and does is for signed-in users alone", async ({ page, ada, example, request }) => {
  await page.goto("/login");
  const called = page.waitForRequest(/\/api\/user_name/);
  await new LoginPage(page).signIn(ada);
  const address = (await called).url();
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const refused: Record<string, string>[] = [{}, { cookie: cookies }, { cookie: cookies, authorization: "Bearer a.b.c" }];
  for (const headers of refused) {
    const response = await request.post(address, { headers });
    expect(response.status()).toBe(401);
    expect(await response.text()).not.toContain("ada");
  }
  const foreign = await request.post(address, { headers: { cookie: cookies, "sec-fetch-site": "cross-site" } });
  expect(foreign.status()).toBe(403);
  const nobody = await request.get(example.origin, { maxRedirects: 0 });
  expect(nobody.status()).toBe(303);
  expect(await nobody.text()).toBe("");
});
