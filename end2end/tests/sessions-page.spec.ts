import { SessionsPage } from "../pages/sessions.ts";
import { hydrated } from "../support/hydrated.ts";
import { signIn, signInElsewhere } from "../support/signed-in.ts";
import { expect, test } from "../support/test.ts";

const PATH = "/account/sessions";

/** The server always asks for the password. */
const ALWAYS_ASKS = { COUNTERSIGN_SESSION_REAUTHENTICATION_SECONDS: "0" };

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the wasm" : "with scripts off", () => {
    test.use({ javaScriptEnabled });

    test("a session gets a name and can be signed out by it", async ({ page, browser, baseURL, ada }) => {
      const sessions = new SessionsPage(page);
      const other = await signInElsewhere(browser, baseURL!, ada);
      await signIn(page, ada, PATH);
      if (javaScriptEnabled) await hydrated(page);
      await expect(sessions.rows).toHaveCount(2);
      await expect(sessions.rows.first()).toContainText(/Chrome on Linux\s*This device/);
      await expect(sessions.current.getByRole("button", { name: "Sign out" })).toHaveCount(0);
      await expect(sessions.others).toContainText(/Chrome on Linux\s*Last used just now, signed in just now/);

      await sessions.rename(sessions.others, "The phone");
      await expect(page).toHaveURL(`${PATH}?named`);
      await expect(sessions.status).toHaveText("Saved.");
      await expect(sessions.others.locator("strong")).toHaveText("The phone");
      await expect(sessions.others).toContainText("Chrome on Linux");
      if (javaScriptEnabled) await hydrated(page);

      await sessions.others.getByRole("button", { name: /^Sign out The phone/ }).click();
      const ended = javaScriptEnabled ? "Signed out The phone." : "Signed out that session.";
      await expect(sessions.status).toHaveText(ended);
      await expect(sessions.rows).toHaveCount(1);
      await expect(page.getByText("There are no other sessions.")).toBeVisible();
      if (javaScriptEnabled) await expect(sessions.heading).toBeFocused();
      await other.goto("/dashboard");
      await expect(other).toHaveURL("/login?next=/dashboard");
    });

    test("why a name is refused is said, and the page goes on", async ({ page, ada }) => {
      const sessions = new SessionsPage(page);
      await signIn(page, ada, PATH);
      await sessions.rename(sessions.current, "The\u{200b}phone");
      await expect(sessions.alert).toHaveText("A name can't have some of these characters.");
      if (javaScriptEnabled) await hydrated(page);
      await sessions.rename(sessions.current, "The phone");
      await expect(sessions.current.locator("strong")).toHaveText("The phone");
      await expect(sessions.alert).toBeEmpty();
    });

    test("right after a sign-in, nothing is asked to sign out everywhere else", async ({ page, browser, baseURL, ada }) => {
      const sessions = new SessionsPage(page);
      const other = await signInElsewhere(browser, baseURL!, ada);
      await signIn(page, ada, PATH);
      if (javaScriptEnabled) await hydrated(page);
      await sessions.everywhereElse.click();
      const ended = javaScriptEnabled ? "Signed out 1 session." : "Signed out all other sessions.";
      await expect(sessions.status).toHaveText(ended);
      await expect(sessions.rows).toHaveCount(1);
      await other.goto("/dashboard");
      await expect(other).toHaveURL("/login?next=/dashboard");
    });
  });

  test.describe(`later, ${javaScriptEnabled ? "with the wasm" : "with scripts off"}`, () => {
    test.use({ javaScriptEnabled, settings: ALWAYS_ASKS });

    test("signing out everywhere else asks for the password, and goes on", async ({ page, browser, baseURL, ada }) => {
      const sessions = new SessionsPage(page);
      const others = [
        await signInElsewhere(browser, baseURL!, ada),
        await signInElsewhere(browser, baseURL!, ada),
      ];
      await signIn(page, ada, PATH);
      if (javaScriptEnabled) await hydrated(page);
      await expect(sessions.rows).toHaveCount(3);
      await expect(sessions.password).toHaveCount(0);

      await sessions.everywhereElse.click();
      await expect(sessions.password).toHaveAccessibleDescription("Give your password to do this.");
      await expect(sessions.password).toHaveAttribute("aria-invalid", "false");
      if (javaScriptEnabled) await expect(sessions.password).toBeFocused();

      await sessions.password.fill("wrong guess");
      await sessions.everywhereElse.click();
      await expect(sessions.password).toHaveAttribute("aria-invalid", "true");
      await expect(sessions.password).toHaveAccessibleDescription("Give your password to do this. The password is wrong.");
      await expect(sessions.password).toHaveValue("");
      if (javaScriptEnabled) await expect(sessions.password).toBeFocused();
      await expect(sessions.rows).toHaveCount(3);

      await sessions.password.fill(ada.password);
      await page.keyboard.press("Enter");
      const ended = javaScriptEnabled ? "Signed out 2 sessions." : "Signed out all other sessions.";
      await expect(sessions.status).toHaveText(ended);
      await expect(sessions.rows).toHaveCount(1);
      await expect(sessions.password).toHaveCount(0);
      for (const other of others) {
        await other.goto("/dashboard");
        await expect(other).toHaveURL("/login?next=/dashboard");
      }
    });
  });
}

test.describe("by the keyboard alone", () => {
  test.use({ settings: ALWAYS_ASKS });

  test("a session is named, and all others are signed out", async ({ page, browser, baseURL, ada }) => {
    const sessions = new SessionsPage(page);
    await signInElsewhere(browser, baseURL!, ada);
    await signIn(page, ada, PATH);
    await hydrated(page);
    await expect(sessions.rows).toHaveCount(2);
    await expect(sessions.heading).toBeFocused();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("My desk");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${PATH}?named`);
    await hydrated(page);
    await expect(sessions.current.locator("strong")).toHaveText("My desk");
    await expect(sessions.heading).toBeFocused();

    // Past the forms that name the two sessions, and the button of the other one.
    for (let tab = 0; tab < 4; tab++) await page.keyboard.press("Tab");
    await expect(sessions.everywhereElse).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(sessions.password).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(sessions.password).toHaveAccessibleDescription("Give your password to do this. Enter your password.");
    await page.keyboard.type(ada.password);
    await page.keyboard.press("Enter");
    await expect(sessions.status).toHaveText("Signed out 1 session.");
    await expect(sessions.heading).toBeFocused();
  });
});

test("each session says when it was used last and when it began", async ({ page, browser, baseURL, ada, login }) => {
  const sessions = new SessionsPage(page);
  await signInElsewhere(browser, baseURL!, ada);
  await page.route("**/api/sessions", async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { last_seen_at: number; is_current: boolean; session: { created_at: number } }[];
    for (const other of list.filter(({ is_current }) => !is_current)) {
      other.last_seen_at -= 5 * 60;
      other.session.created_at -= 3 * 24 * 3600;
    }
    await route.fulfill({ response, json: list });
  });
  // So that the page fetches the list by itself.
  await login.open(`/login?next=${PATH}`);
  await login.signIn(ada);
  await expect(sessions.others).toContainText("Last used 5 minutes ago, signed in 3 days ago");
  await expect(sessions.current).toContainText("Last used just now, signed in just now");
});
