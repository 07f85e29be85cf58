import { ProfilePage } from "../pages/profile.ts";
import { hydrated } from "../support/hydrated.ts";
import { mailTo } from "../support/mailed-link.ts";
import { signIn, signInElsewhere } from "../support/signed-in.ts";
import { expect, mailTest as test, refreshCookie, statusOf, storedToken } from "../support/test.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("a user deletes the account", async ({ page, context, browser, server, maildev, ada, login }) => {
      test.slow();
      const password = page.getByRole("textbox", { name: "Confirm your password" });
      const button = page.getByRole("button", { name: "Delete the account for good" });
      const elsewhere = await signInElsewhere(browser, server.origin, ada);
      await signIn(page, ada, "/account");
      const tab = await context.newPage();
      await tab.goto("/dashboard");
      await new ProfilePage(page).toDeletion.click();
      await expect(page).toHaveURL("/account/delete");
      await expect(page.getByText(/deleted at once and for good: your names, your e-mail address,/)).toBeVisible();
      await expect(page.getByText(/stays in the audit log, .* but without your name\.$/)).toBeVisible();

      await password.fill("not the password");
      await button.click();
      await expect(password).toHaveAttribute("aria-invalid", "true");
      await expect(password).toHaveAccessibleDescription("The password is wrong.");
      if (javaScriptEnabled) await expect(password).toBeFocused();
      await tab.reload();
      await expect(tab).toHaveURL("/dashboard");

      await password.fill(ada.password);
      await button.click();
      await expect(page).toHaveURL("/login?deleted");
      await expect(login.notice).toHaveText("Your account is deleted.");
      expect(await refreshCookie(context)).toBeUndefined();
      for (const left of [tab, elsewhere]) {
        await left.reload();
        await expect(left).toHaveURL("/login?next=/dashboard");
      }
      await login.signIn(ada);
      await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
      const mail = await mailTo(maildev, "ada@example.org", "Your account was deleted");
      expect(mail.text, "it may be read by others").not.toContain("ada");
    });
  });
}

test("another tab goes to the login page by itself, and its token is refused", async ({ page, context, server, ada }) => {
  await signIn(page, ada);
  const tab = await context.newPage();
  await tab.clock.install();
  await tab.goto("/dashboard");
  await hydrated(tab);
  await expect.poll(() => storedToken(tab)).toBeDefined();
  const token = (await storedToken(tab))!;
  expect(await statusOf(server, token)).toBe(200);

  await page.goto("/account/delete");
  await page.getByRole("textbox", { name: "Confirm your password" }).fill(ada.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("/login?deleted");
  expect(await statusOf(server, token)).toBe(401);
  await tab.clock.fastForward(11_000);
  await expect(tab).toHaveURL("/login?next=/dashboard");
  expect(await storedToken(tab)).toBeUndefined();
});
