import { expect, test } from "../support/test.ts";

test("after too many failures the page says how long to wait, counts down, and lets the user go on", async ({ page, ada, login }) => {
  await login.open();
  for (let failures = 0; failures < 5; failures++) {
    await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await expect(login.password).toHaveValue("");
  }
  await login.signIn(ada);
  await expect(login.alert).toHaveText("Too many sign-ins have failed.");
  await expect(login.wait).toHaveText(/^You can try again in [345] s\.$/);
  await expect(login.submit).toHaveAttribute("aria-disabled", "true");
  await expect(login.submit).toHaveAccessibleDescription(/You can try again in \d s/);
  await expect(login.password).toHaveValue(ada.password);
  await expect(login.wait).toHaveText(/^You can try again in [12] s\.$/);

  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.keyboard.press("Enter");
  expect(requests).toEqual([]);

  await expect(login.wait).toHaveText("You can try again now.");
  await expect(login.alert).toHaveText("");
  await expect(login.submit).toHaveAttribute("aria-disabled", "false");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("who waits may sign in with another name", async ({ page, ada, login, server }) => {
  const eve = server.addUser("eve", "difference engine");
  await login.open();
  for (let failures = 0; failures < 6; failures++) {
    await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.alert).toHaveText(failures < 5 ? /is wrong/ : /Too many/);
  }
  await login.signIn(eve);
  await expect(page).toHaveURL("/dashboard");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the wait is told in the page", async ({ page, ada, login }) => {
    await page.goto("/login");
    for (let failures = 0; failures < 6; failures++) await login.signIn({ ...ada, password: "wrong guess" });
    await expect(login.alert).toHaveText(/^Too many sign-ins have failed\. Try again in [345] seconds\.$/);
    await expect(login.username).toHaveValue(ada.name);
  });
});

test("a plain form that was throttled is counted down by the wasm", async ({ page, ada, login, context, server }) => {
  for (let failures = 0; failures < 5; failures++) {
    await fetch(`${server.origin}/api/login`, {
      method: "POST",
      body: new URLSearchParams({ username: ada.name, password: "wrong guess" }),
    });
  }
  // The form is sent before the wasm has come.
  await page.route("**/*.wasm", (route) => setTimeout(() => route.continue(), 1000));
  await page.goto("/login", { waitUntil: "domcontentloaded" });
  await login.signIn(ada);
  await expect(login.alert).toHaveText("Too many sign-ins have failed.");
  await expect(login.wait).toHaveText(/^You can try again in \d s\.$/);
  await expect(login.wait).toHaveText("You can try again now.");
  await context.clearCookies();
});
