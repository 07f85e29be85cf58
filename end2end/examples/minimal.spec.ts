import { expect } from "@playwright/test";

import { LoginPage } from "../pages/login.ts";
import { testOf } from "../support/example.ts";

const test = testOf("minimal");

test("the page of the example is for signed-in users, and its wasm runs", async ({ page, ada }) => {
  await page.goto("/");
  await expect(page).toHaveURL("/login");
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  const login = new LoginPage(page);
  await login.signIn({ ...ada, password: "wrong guess" });
  await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
  await login.signIn(ada);
  await expect(page).toHaveURL("/");
  await expect(page.locator("main")).toContainText("Welcome to Leptos!ada");
  await page.getByRole("button").click();
  await expect(page.getByRole("button")).toHaveText("Click Me: 1");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
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
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await login.signIn(ada);
    await expect(page).toHaveURL("/");
    // Leptos may send the name later, in a place that needs a script.
    await expect(page.locator("main")).toContainText("Welcome to Leptos!");
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const signedOut = await request.post("/logout", { headers: { cookie, origin: new URL(page.url()).origin } });
    expect(new URL(signedOut.url()).pathname).toBe("/login");
    await page.reload();
    await expect(page).toHaveURL("/login");
  });
});
