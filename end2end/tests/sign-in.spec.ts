import { expect, statusOf, storedToken, test } from "../support/test.ts";

test("the start page leads to the login page", async ({ page, login }) => {
  await page.goto("/");
  await expect(page).toHaveURL("/login");
  await expect(login.heading).toBeVisible();
  await expect(page).toHaveTitle("Sign in · Countersign");
});

test("the right password leads to the dashboard without a full load", async ({ page, ada, login, dashboard, server }) => {
  await login.open();
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await login.signIn(ada);

  await expect(page).toHaveURL("/dashboard");
  await expect(dashboard.heading).toHaveText("Hello, ada");
  await expect(page).toHaveTitle("Dashboard · Countersign");
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  expect(await statusOf(server, (await storedToken(page))!)).toBe(200);
});

test("the e-mail address signs in as the user name does", async ({ server, login, dashboard }) => {
  const { password } = server.addUser("ada", "analytical engine", "ada@example.org");
  await login.open();
  await login.signIn({ name: " Ada@Example.ORG", password });
  await expect(dashboard.heading).toHaveText("Hello, ada");
});

test("the dashboard shows the details of this session", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  await expect(dashboard.current).toBeHidden();
  await dashboard.openDetails();
  await expect(dashboard.current).toBeVisible();

  await expect(dashboard.detail("Signed in since")).toContainText(String(new Date().getUTCFullYear()));
  await expect(dashboard.detail("Token expires")).toContainText(/in 1[45] min \d\d s/);
  const before = await dashboard.detail("Token expires").textContent();
  await expect(dashboard.detail("Token expires")).not.toHaveText(before!);
  await expect(dashboard.detail("Session ID")).toHaveText(/^[0-9a-f-]{36}$/);

  await expect(dashboard.token).toBeVisible();
  await expect(dashboard.detail("alg")).toHaveText("EdDSA");
  await expect(dashboard.detail("typ")).toHaveText("at+jwt");
  await expect(dashboard.detail("sid")).toHaveText((await dashboard.detail("Session ID").textContent())!);
  const token = (await storedToken(page))!;
  expect(await page.content()).not.toContain(token.split(".")[2]);
});

test("Enter submits, from either field", async ({ page, ada, login }) => {
  await login.open();
  await login.fill(ada.name, ada.password);
  await login.username.press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("signing in works by keyboard alone", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await expect(login.username).toBeFocused();
  await page.keyboard.type(ada.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Tab");
  await expect(login.showPassword).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(login.remember).toBeFocused();
  await page.keyboard.press("Space");
  await expect(login.remember).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(login.submit).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(dashboard.menu.button).toBeFocused();
  await page.keyboard.press("Enter");
  for (let stop = 0; stop < 5; stop += 1) await page.keyboard.press("Tab");
  await expect(dashboard.menu.signOut).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(login.notice).toHaveText("You are signed out.");
});

test("password managers find what they look for", async ({ login }) => {
  await login.open();
  await expect(login.username).toHaveAttribute("autocomplete", "username");
  await expect(login.password).toHaveAttribute("autocomplete", "current-password");
  await expect(login.password).toHaveAttribute("type", "password");
});

test("the password can be shown and hidden", async ({ login }) => {
  await login.open();
  await login.password.fill("analytical engine");
  await expect(login.showPassword).toHaveAttribute("aria-pressed", "false");
  await login.showPassword.click();
  await expect(login.password).toHaveAttribute("type", "text");
  await expect(login.showPassword).toHaveAttribute("aria-pressed", "true");
  await login.showPassword.click();
  await expect(login.password).toHaveAttribute("type", "password");
  await expect(login.password).toHaveValue("analytical engine");
});

test("while the request runs, the button says so and can't be pressed twice", async ({ page, ada, login }) => {
  let requests = 0;
  let letItGo = () => {};
  const held = new Promise<void>((resolve) => (letItGo = resolve));
  await page.route("**/api/login", async (route) => {
    requests += 1;
    await held;
    await route.continue();
  });
  await login.open();
  await login.signIn(ada);

  await expect(login.submit).toHaveText("Signing in…");
  await expect(login.submit).toBeDisabled();
  await login.submit.click({ force: true });
  await login.password.press("Enter");
  letItGo();
  await expect(page).toHaveURL("/dashboard");
  expect(requests).toBe(1);
});
