import { expect, storedToken, test } from "../support/test.ts";

const WRONG = "The user name, e-mail or password is wrong.";

for (const [what, name] of [["a wrong password", "ada"], ["an unknown user", "nobody"]] as const) {
  test(`${what} is said beside the form, in the same words`, async ({ page, ada, login }) => {
    await login.open();
    await login.signIn({ name, password: "not " + ada.password });

    await expect(login.alert).toHaveText(WRONG);
    await expect(login.username).toHaveValue(name);
    await expect(login.password).toHaveValue("");
    await expect(login.password).toBeFocused();
    await expect(login.submit).toHaveText("Sign in");
    await expect(page).toHaveURL("/login");
    expect(await storedToken(page)).toBeUndefined();
  });
}

test("after a wrong password the right one works, and the error is gone", async ({ page, ada, login }) => {
  await login.open();
  await login.signIn({ ...ada, password: "wrong" });
  await expect(login.alert).toHaveText(WRONG);
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("an empty field is said at the field, and nothing is sent", async ({ page, login }) => {
  const requests: string[] = [];
  await login.open();
  // While somebody types, the page loads what comes next.
  page.on("request", (request) => request.url().includes("/pkg/") || requests.push(request.url()));

  await login.submit.click();
  await expect(login.username).toBeFocused();
  await expect(login.username).toHaveAccessibleDescription("Enter your user name or e-mail.");
  await expect(login.password).toHaveAccessibleDescription("Enter your password.");
  await expect(login.username).toHaveAttribute("aria-invalid", "true");

  await login.username.fill("ada");
  await login.submit.click();
  await expect(login.password).toBeFocused();
  await expect(login.username).toHaveAccessibleDescription("");
  expect(requests).toEqual([]);
});

test("a server that is gone is said in plain words, and nothing is lost", async ({ page, ada, login, server }) => {
  await login.open();
  await server.kill();
  await login.signIn(ada);
  await expect(login.alert).toHaveText("The server can't be reached. Check your connection and try again.");
  await expect(login.username).toHaveValue(ada.name);
  await expect(login.password).toHaveValue(ada.password);
  await expect(login.submit).toBeFocused();

  await server.start();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
});

test("no answer shows a text that people can't read", async ({ page, ada, login }) => {
  await login.open();
  for (const body of ["<html>502 Bad Gateway</html>", "", '{"error":"x","message":"SELECT * FROM users"}', "null"]) {
    await page.route("**/api/login", (route) => route.fulfill({ status: 502, body }));
    // The text of the answer before is the same.
    const answered = page.waitForResponse("**/api/login");
    await login.signIn(ada);
    await answered;
    await expect(login.submit).toHaveText("Sign in");
    await expect(login.alert).toHaveText("The server can't answer right now. Try again in a moment.");
    await page.unroute("**/api/login");
  }
});

for (const [what, field, account, text] of [
  ["a tab in the password", "password", { name: "ada", password: "one\ttwo" }, "Password: invalid characters."],
  ["a password of 17,000 characters", "password", { name: "ada", password: "x".repeat(17_000) }, "Password: max. 256 characters."],
  ["a name of 300 characters", "username", { name: "a".repeat(300), password: "x" }, "User name: max. 256 characters."],
  ["an address without an end", "username", { name: "ada@", password: "x" }, "E-mail: invalid address."],
] as const) {
  test(`what only the server finds wrong is said beside its field: ${what}`, async ({ page, ada, login, dashboard }) => {
    await login.open();
    await login.signIn(account);
    const other = field === "password" ? login.username : login.password;
    await expect(login[field]).toHaveAttribute("aria-invalid", "true");
    await expect(login[field]).toHaveAccessibleDescription(text);
    await expect(login[field]).toBeFocused();
    await expect(other).toHaveAttribute("aria-invalid", "false");
    await expect(login.summary.getByRole("link")).toHaveText([text]);
    await expect(login.alert).toBeEmpty();
    await login.signIn(ada);
    await expect(dashboard.heading).toBeVisible();
    expect(page.url()).toMatch(/dashboard$/);
  });
}
