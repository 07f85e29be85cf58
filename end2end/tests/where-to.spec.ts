import { hydrated } from "../support/hydrated.ts";
import { expect, statusOf, storedToken, test } from "../support/test.ts";

test("a guarded page leads to the login page and, signed in, back", async ({ page, ada, login, dashboard }) => {
  await page.goto("/dashboard?tab=2");
  await expect(page).toHaveURL("/login?next=/dashboard%3Ftab%3D2");
  await login.signIn(ada);
  await expect(page).toHaveURL("/dashboard?tab=2");
  await expect(dashboard.heading).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    test.use({ javaScriptEnabled });

    test("the address of a guarded page comes back as it was", async ({ page, ada, login }) => {
      const address = "/dashboard?q=a%26b%3Dc%2F%25&tab=2";
      await page.goto(address);
      await login.signIn(ada);
      await expect(page).toHaveURL(address);
      // Who is signed in already is led on by the server.
      await page.goto(`/login?next=${encodeURIComponent(address)}`);
      await expect(page).toHaveURL(address);
    });
  });
}

for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "/%09/evil.example", "/login"]) {
  test(`next does not lead to ${next}`, async ({ page, ada, login }) => {
    await login.open(`/login?next=${next.includes("%") ? next : encodeURIComponent(next)}`);
    await login.signIn(ada);
    await expect(page).toHaveURL("/dashboard");
  });
}

test("a reload keeps a signed-in user where they are", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  const addresses: string[] = [];
  page.on("framenavigated", (frame) => addresses.push(new URL(frame.url()).pathname));
  await page.reload();
  await expect(dashboard.heading).toHaveText("Hello, ada");
  expect(addresses).toEqual(["/dashboard"]);
});

test("who is signed in already is not asked again", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  for (const path of ["/", "/login"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/dashboard");
  }
});

test("a session that ended elsewhere leads to the login page at the next action", async ({ page, ada, login, server, dashboard }) => {
  await login.open();
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  const token = (await storedToken(page))!;
  server.run(["user", "disable", "ada"]);
  // What the command line changes counts within a second.
  await expect.poll(() => statusOf(server, token)).toBe(401);
  await page.reload();
  await expect(page).toHaveURL("/login?next=/dashboard");
});

test("an unknown address is a 404 page with a way home", async ({ page, login }) => {
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading")).toHaveText("There is nothing at this address");
  await page.getByRole("link", { name: "Go to the home page" }).click();
  await expect(login.heading).toBeVisible();
});

test("the address of a form, and a form that is refused, show a page with a way home", async ({ page, login }) => {
  const answer = await page.goto("/logout");
  expect(answer?.status()).toBe(405);
  await hydrated(page);
  await expect(page.getByRole("heading")).toHaveText("There is nothing at this address");

  // As an outdated page would send it.
  await page.evaluate(() => {
    const [form, field] = [document.createElement("form"), document.createElement("input")];
    Object.assign(form, { method: "post", action: "/theme" });
    Object.assign(field, { name: "theme", value: "sepia" });
    form.append(field);
    document.body.append(form);
    form.submit();
  });
  await expect(page.getByRole("heading")).toHaveText("That did not work");
  await hydrated(page);
  await expect(page.getByRole("heading")).toHaveText("That did not work");
  await page.getByRole("link", { name: "Go to the home page" }).click();
  await expect(login.heading).toBeVisible();
});

test("a page with a slash too many is the page itself", async ({ page, ada, login, dashboard }) => {
  await page.goto("/login/?next=/dashboard?tab=2");
  await expect(page).toHaveURL("/login?next=/dashboard?tab=2");
  await login.signIn(ada);
  await expect(dashboard.heading).toBeVisible();
  await page.goto("/dashboard/?tab=3");
  await expect(page).toHaveURL("/dashboard?tab=3");
  await expect(dashboard.heading).toBeVisible();
});

test("next may lead to an address that the pages know nothing of", async ({ page, ada, login, server }) => {
  await login.open("/login?next=/.well-known/jwks.json");
  await login.signIn(ada);
  await expect(page).toHaveURL("/.well-known/jwks.json");
  expect(await page.textContent("body")).toBe(await (await fetch(`${server.origin}/.well-known/jwks.json`)).text());
});

test("a link to such an address asks the server", async ({ page, login }) => {
  await login.open();
  await page.evaluate(() => {
    const link = document.querySelector("main")!.appendChild(document.createElement("a"));
    Object.assign(link, { href: "/.well-known/jwks.json?x#y", textContent: "Keys" });
  });
  await page.getByRole("link", { name: "Keys" }).click();
  await expect(page).toHaveURL("/.well-known/jwks.json?x#y");
  await expect(page.locator("body")).toContainText('"keys"');
});
