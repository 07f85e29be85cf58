import { expect, test } from "../support/test.ts";

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("no password gets into an address", async ({ page, ada }) => {
    await page.goto("/login");
    await expect(page.locator("form")).toHaveAttribute("method", "post");
    await page.getByLabel("User name").fill(ada.name);
    await page.getByRole("textbox", { name: "Password", exact: true }).fill(ada.password);
    await page.keyboard.press("Enter");
    expect(page.url()).not.toContain("analytical");
    await expect(page.locator("noscript p")).toBeVisible();
  });
});

test("what was typed before the wasm arrived is kept", async ({ page, ada, login }) => {
  let letItGo = () => {};
  const held = new Promise<void>((resolve) => (letItGo = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/login", { waitUntil: "commit" });
  await login.fill(ada.name, ada.password);
  await expect(login.submit).toBeDisabled();
  letItGo();
  await expect(login.submit).toBeEnabled();
  await expect(login.password).toBeFocused();
  await login.submit.click();
  await expect(page).toHaveURL("/dashboard");
});
