import { hydrated } from "../support/hydrated.ts";
import { expect, test } from "../support/test.ts";

// The console of each test has to stay quiet, so that a page that can't be hydrated fails.

test("the pages for a password are hydrated as the server sends them", async ({ page, login, ada }) => {
  for (const [path, heading] of [
    ["/forgot-password", "Forgot your password?"],
    ["/forgot-password?sent", "Check your mail"],
    ["/reset-password?token=used", "Choose a new password"],
  ] as const) {
    await page.goto(path);
    await hydrated(page);
    await expect(page.getByRole("heading", { name: heading })).toBeFocused();
    await expect(page.locator("html")).not.toHaveAttribute("data-plain");
  }
  await page.goto("/login?next=/account/password");
  await hydrated(page);
  await login.signIn(ada);
  // The first is loaded from the server too, which alone knows the minimum length.
  for (const load of [() => page.waitForURL("/account/password"), () => page.reload()]) {
    await load();
    await hydrated(page);
    await expect(page.getByRole("heading", { name: "Change your password" })).toBeFocused();
    await expect(page.locator("html")).not.toHaveAttribute("data-plain");
  }
});

test("the link for a forgotten password comes after the form", async ({ page, ada }) => {
  await page.goto("/login");
  await hydrated(page);
  await page.getByLabel("User name").fill(ada.name);
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  for (let stop = 0; stop < 4; stop++) await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Forgot your password?" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeFocused();
});

test("password managers learn whose password is changed, which fields hold it, and which is new", async ({ page, login, ada }) => {
  await page.goto("/login?next=/account/password");
  await hydrated(page);
  await login.signIn(ada);
  await expect(page.getByLabel("New password")).toHaveAttribute("autocomplete", "new-password");
  await expect(page.getByLabel("New password")).toHaveAccessibleDescription(/At least 15 characters/);
  await expect(page.getByLabel("Current password")).toHaveAttribute("autocomplete", "current-password");
  await expect(page.locator("input[autocomplete=username]")).toHaveValue(ada.name);
});
