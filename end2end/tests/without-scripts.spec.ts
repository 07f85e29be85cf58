import { expect, refreshCookie, test } from "../support/test.ts";

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in, a wrong password, the dashboard and signing out work", async ({ page, ada, login, dashboard }) => {
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto("/dashboard");
    await expect(page).toHaveURL("/login?next=/dashboard");

    await login.fill(ada.name, "not the password");
    const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), login.submit.click()]);
    expect(answer.status()).toBe(401);
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await expect(login.username).toHaveValue(ada.name);
    await expect(login.password).toHaveValue("");
    await expect(login.remember).not.toBeChecked();

    await login.password.fill(ada.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/dashboard");
    await expect(dashboard.heading).toHaveText("Hello, ada");
    await expect(dashboard.detail("Session ends")).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    await expect(dashboard.sessions).toContainText("No other sessions");
    await expect(dashboard.activity.getByRole("listitem").first()).toContainText("Signed in");

    await dashboard.logOut();
    await expect(login.notice).toHaveText("You are signed out.");
    await page.goto("/dashboard");
    await expect(page).toHaveURL("/login?next=/dashboard");
    expect(addresses.join()).not.toMatch(/analytical|not.the.password/);
  });
});

test.describe("with scripts off, by e-mail address", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in works, and what is no address is said beside the field", async ({ page, server, login, dashboard }) => {
    const { password } = server.addUser("ada", "analytical engine", "ada@example.org");
    await page.goto("/login");
    await login.signIn({ name: "ada@", password });
    await expect(login.username).toHaveAttribute("aria-invalid", "true");
    await expect(login.username).toHaveAccessibleDescription("E-mail: invalid address.");
    await expect(login.username).toHaveValue("ada@");
    await login.signIn({ name: "ada@example.org", password });
    await expect(dashboard.heading).toHaveText("Hello, ada");
  });
});

test.describe("with scripts off, in a wide window", () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });

  test("nothing keeps the panels of the dashboard apart", async ({ page, ada, login, dashboard }) => {
    await page.goto("/login");
    for (let number = 0; number < 4; number++) await login.signIn({ ...ada, password: "not the password" });
    await login.signIn(ada);
    await expect(dashboard.activity.getByRole("listitem")).toHaveCount(3);
    const [sessions, activity, developers] = await Promise.all(
      [dashboard.sessions, dashboard.activity, dashboard.developers].map(async (panel) => (await panel.boundingBox())!),
    );
    expect(activity!.y).toBe(sessions!.y);
    expect(activity!.x).toBeGreaterThan(sessions!.x + sessions!.width);
    const end = Math.max(sessions!.y + sessions!.height, activity!.y + activity!.height);
    expect(developers!.y).toBeGreaterThan(end);
    expect(developers!.y - end).toBeLessThan(40);
  });
});

test.describe("with scripts off, a sign-in that fails", () => {
  test.use({ javaScriptEnabled: false });

  test("keeps what was ticked", async ({ page, context, ada, login }) => {
    await page.goto("/login");
    await login.remember.check();
    await login.signIn({ ...ada, password: "not the password" });
    await expect(login.alert).not.toBeEmpty();
    await expect(login.remember).toBeChecked();
    await login.password.fill(ada.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/dashboard");
    expect((await refreshCookie(context))!.expires).toBeGreaterThan(0);
  });

  test("marks the field that is wrong", async ({ page, login }) => {
    await page.goto("/login");
    await login.signIn({ name: "a".repeat(300), password: "x" });
    await expect(login.username).toHaveAttribute("aria-invalid", "true");
    await expect(login.username).toHaveAccessibleDescription("User name: max. 256 characters.");
    await expect(login.summary.getByRole("link")).toHaveCount(1);
  });
});

test.describe("while the wasm is on its way for ever", () => {
  test.beforeEach(({ page }) => page.route("**/*.wasm", () => new Promise(() => {})));

  test("the form works all the same", async ({ page, ada, login, dashboard }) => {
    await page.goto("/login", { waitUntil: "commit" });
    await login.fill(ada.name, "wrong");
    await login.submit.click({ noWaitAfter: true });
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await login.password.fill(ada.password);
    await login.submit.click({ noWaitAfter: true });
    await expect(dashboard.heading).toHaveText("Hello, ada");
    expect(page.url()).not.toContain("analytical");
    await dashboard.logOut({ noWaitAfter: true });
    await expect(login.notice).toHaveText("You are signed out.");
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
  letItGo();
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((entry) => entry.name.endsWith(".wasm")));
  await expect(login.password).toBeFocused();
  await expect(login.username).toHaveValue(ada.name);
  await login.submit.click();
  await expect(page).toHaveURL("/dashboard");
});

test("after a failed plain form the wasm takes over where the user is", async ({ page, ada, login, context }) => {
  await page.route("**/*.wasm", () => new Promise(() => {}), { times: 1 });
  await page.goto("/login", { waitUntil: "commit" });
  await login.fill(ada.name, "wrong");
  await login.submit.click({ noWaitAfter: true });
  await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
  await expect(login.password).toBeFocused();
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
  expect(await refreshCookie(context)).toBeDefined();
});
