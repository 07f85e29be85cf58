import { AccountMenu } from "../pages/account-menu.ts";
import { ProfilePage } from "../pages/profile.ts";
import { hydrated } from "../support/hydrated.ts";
import { signIn } from "../support/signed-in.ts";
import { expect, test } from "../support/test.ts";

/** Names are normalized first, which makes 72 characters of these four. */
const TOO_LONG = "\u{fdfa}".repeat(4);

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("a user is greeted by the display name until it is removed", async ({ page, ada, dashboard }) => {
      const profile = new ProfilePage(page);
      await signIn(page, ada, "/account");
      await expect(profile.name).toHaveValue("");
      await expect(profile.name).toHaveAccessibleDescription(/in place of your user name, ada,/);

      await profile.saveName("  Ada   Lovelace ");
      await expect(page).toHaveURL("/account?saved");
      await expect(profile.status).toHaveText("Saved.");
      await expect(profile.name).toHaveValue("Ada Lovelace");
      await page.goto("/dashboard");
      await expect(dashboard.heading).toHaveText("Hello, Ada Lovelace");
      await expect(new AccountMenu(page).button, "the user name stays").toHaveText("ada");

      await page.goto("/account");
      await profile.saveName("");
      await expect(profile.status).toHaveText("Saved.");
      await page.goto("/dashboard");
      await expect(dashboard.heading).toHaveText("Hello, ada");
    });

    test("why a name is refused is said beside its field, and nothing is saved", async ({ page, ada, dashboard }) => {
      const profile = new ProfilePage(page);
      await signIn(page, ada, "/account");
      for (const [name, error] of [
        ["Ada\u{200b}Lovelace", "A name can't have some of these characters."],
        [TOO_LONG, "A name has at most 64 characters."],
      ] as const) {
        await profile.saveName(name);
        await expect(profile.name).toHaveAttribute("aria-invalid", "true");
        await expect(profile.name).toHaveValue(name);
        await expect(profile.name).toHaveAccessibleDescription(new RegExp(`${error}$`));
        await expect(page).toHaveURL("/account");
        await expect(page.getByRole("main").getByRole("alert")).toBeEmpty();
        if (javaScriptEnabled) await expect(profile.name).toBeFocused();
      }
      await page.goto("/dashboard");
      if (javaScriptEnabled) await hydrated(page);
      await expect(dashboard.heading).toHaveText("Hello, ada");
    });
  });
}

test("a server that can't send mail asks nobody for an address", async ({ page, ada, dashboard }) => {
  const profile = new ProfilePage(page);
  await signIn(page, ada);
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await expect(page.getByRole("link", { name: "Add an e-mail address" })).toHaveCount(0);
  await page.goto("/account");
  await expect(profile.email).toContainText("This account has no e-mail address.");
  await expect(profile.email.getByRole("link")).toHaveCount(0);
  await page.goto("/account/email");
  await expect(page.getByText("This server can't send mail.")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
});

test("that something was saved is said until the user goes on, to the same page too", async ({ page, ada }) => {
  const profile = new ProfilePage(page);
  const menu = new AccountMenu(page);
  await signIn(page, ada, "/account");
  await hydrated(page);
  await profile.saveName("Ada");
  await expect(profile.status).toHaveText("Saved.");
  await hydrated(page);
  await menu.button.click();
  await menu.link("Profile").click();
  await expect(page).toHaveURL("/account");
  await expect(profile.status).toBeEmpty();
});
