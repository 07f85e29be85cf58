import { PasswordPages } from "../pages/passwords.ts";
import { hydrated } from "../support/hydrated.ts";
import { expect, mailTest as test } from "../support/test.ts";

const NEW = "nine small green lamps";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("a user changes the password, which ends the other sessions and keeps this one", async ({ page, browser, server, maildev, ada, login, dashboard }) => {
      const passwords = new PasswordPages(page);
      const other = await browser.newContext({ baseURL: server.origin });
      const elsewhere = await other.newPage();
      await elsewhere.goto("/login");
      await elsewhere.getByLabel("User name").fill(ada.name);
      await elsewhere.getByRole("textbox", { name: "Password", exact: true }).fill(ada.password);
      await elsewhere.keyboard.press("Enter");
      await elsewhere.waitForURL("/dashboard");

      await page.goto("/login");
      if (javaScriptEnabled) await hydrated(page);
      await login.signIn(ada);
      await dashboard.menu.button.click();
      await dashboard.menu.link("Password").click();
      await expect(page).toHaveURL("/account/password");
      await expect(page.getByText("All your other sessions will end.")).toBeVisible();

      await passwords.fillChange("not the password", NEW);
      await expect(passwords.current).toHaveAttribute("aria-invalid", "true");
      await expect(passwords.current).toHaveAccessibleDescription("The password is wrong.");
      await expect(passwords.current).toHaveValue("");
      if (javaScriptEnabled) await expect(passwords.current).toBeFocused();
      await passwords.fillChange(ada.password, "x");
      await expect(passwords.new).toHaveAccessibleDescription(/Use at least \d+ characters\./);

      await passwords.fillChange(ada.password, NEW);
      await expect(page).toHaveURL("/account/password?changed");
      await expect(passwords.status).toHaveText("Your password was changed. Your other sessions were ended.");
      const mail = await maildev.waitFor("Your password was changed");
      expect(mail.to.map(({ address }) => address)).toEqual(["ada@example.org"]);

      await elsewhere.reload();
      await expect(elsewhere).toHaveURL("/login?next=/dashboard");
      await page.getByRole("banner").getByRole("link", { name: "Countersign" }).click();
      await expect(page).toHaveURL("/dashboard");
      await expect(dashboard.activity).toContainText("Password changed");
      await dashboard.logOut();
      await login.signIn(ada);
      await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
      await login.signIn({ ...ada, password: NEW });
      await expect(page).toHaveURL("/dashboard");
    });
  });
}

test("another tab of this browser goes on after a change", async ({ page, context, ada, login, dashboard }) => {
  const passwords = new PasswordPages(page);
  await page.goto("/login?next=/account/password");
  await hydrated(page);
  await login.signIn(ada);
  await page.waitForURL("/account/password");
  const tab = await context.newPage();
  await tab.goto("/dashboard");
  await hydrated(tab);
  await passwords.fillChange(ada.password, NEW);
  await page.waitForURL("/account/password?changed");
  await tab.reload();
  await expect(tab).toHaveURL("/dashboard");
  await expect(tab.getByRole("region", { name: "Recent activity" })).toContainText("Password changed");
  await page.getByRole("banner").getByRole("link", { name: "Countersign" }).click();
  await expect(dashboard.sessions).toContainText("No other sessions");
});

test("a session that ended meanwhile leads to the login page and back, and nothing is changed", async ({ page, server, ada, login }) => {
  const passwords = new PasswordPages(page);
  await page.goto("/login?next=/account/password");
  await hydrated(page);
  await login.signIn(ada);
  await page.waitForURL("/account/password");
  await passwords.current.fill(ada.password);
  await passwords.new.fill(NEW);
  server.run(["session", "revoke", "--user", ada.name]);
  await passwords.change.click();
  await expect(page).toHaveURL("/login?next=/account/password");
  await login.signIn(ada);
  await expect(page).toHaveURL("/account/password");
});
