import type { Page } from "@playwright/test";

import type { LoginPage } from "../pages/login.ts";
import { hydrated } from "../support/hydrated.ts";
import { expect, test } from "../support/test.ts";

/** Where the fields and the button are: they must never move under somebody's finger. */
async function places(login: LoginPage) {
  const boxes = [login.username, login.password, login.remember, login.submit].map((part) => part.boundingBox());
  return (await Promise.all(boxes)).map((box) => [box?.x, box?.y, box?.width, box?.height]);
}

/**
 * What the browser itself has seen move, beside what a click or a key has moved at once. The heading makes room for
 * messages upwards, away from the form. Words may change within the room that is kept for them, as in a countdown, or in a
 * button whose own place stays.
 */
async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources } = entry as unknown as { sources: { node?: Node }[] };
        const moved = sources.flatMap(({ node }) => (node instanceof HTMLElement ? [node] : []));
        shifts.push(...moved.filter((element) => !element.closest(".cs-head")).map((element) => element.outerHTML));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => Reflect.get(window, "shifts"));
}

for (const width of [320, 1280]) {
  test(`nothing moves between the states of the form, ${width} px wide`, async ({ page, ada, login }) => {
    const shifts = await watchShifts(page);
    await page.setViewportSize({ width, height: 900 });
    await login.open();
    const before = await places(login);
    const same = async () => expect(await places(login)).toEqual(before);

    await login.submit.click();
    await expect(login.summary).toBeVisible();
    await same();
    await page.keyboard.press("CapsLock");
    await login.fill(ada.name, "wrong guess");
    await same();
    let letItGo = () => {};
    const held = new Promise<void>((resolve) => (letItGo = resolve));
    await page.route("**/api/login", async (route) => {
      await held;
      await route.continue();
    });
    await login.submit.click();
    await expect(login.submit).toHaveText("Signing in…");
    await same();
    // What moves within half a second of a click, browsers put down to the click.
    await page.waitForTimeout(600);
    letItGo();
    await expect(login.alert).toHaveText("The user name, e-mail or password is wrong.");
    await same();
    await login.showPassword.click();
    await same();

    for (const answer of [
      { status: 503, body: "" },
      { status: 429, json: { error: "throttled", message: "x", retry_after: 90 } },
    ]) {
      await page.route("**/api/login", (route) => route.fulfill(answer));
      await login.signIn({ ...ada, password: "another guess" });
      await expect(login.alert).not.toHaveText(/wrong/);
      await expect(login.alert).not.toBeEmpty();
      await same();
    }
    await expect(login.wait).toHaveText(/^You can try again in 1 min/);
    await page.route("**/api/login", (route) => route.abort());
    await login.fill("eve", "another guess");
    await page.keyboard.press("Enter");
    await expect(login.alert).toHaveText(/can't be reached/);
    await same();
    expect(await shifts()).toEqual([]);
  });
}

test("what is missing is listed above the form, each with a link to its field", async ({ page, login }) => {
  await login.open();
  await expect(login.summary).toBeHidden();
  await login.submit.click();
  await expect(login.summary.getByRole("link")).toHaveText(["Enter your user name or e-mail.", "Enter your password."]);
  await login.summary.getByRole("link", { name: "password" }).click();
  await expect(login.password).toBeFocused();
  await expect(page).toHaveURL("/login");
  await login.username.fill("ada");
  await page.keyboard.press("Enter");
  await expect(login.summary.getByRole("link")).toHaveText(["Enter your password."]);
});

test("Caps Lock is said while it is on and the password has the focus", async ({ page, login }) => {
  await login.open();
  await login.password.focus();
  const press = (type: "keydown" | "keyup", capital: boolean) =>
    login.password.evaluate(
      (field, [type, modifierCapsLock]) => field.dispatchEvent(new KeyboardEvent(type, { bubbles: true, key: "a", modifierCapsLock })),
      [type, capital] as const,
    );
  await expect(login.capsLock).toBeHidden();
  await press("keydown", true);
  await expect(login.capsLock).toBeVisible();
  await expect(page.getByRole("status").filter({ has: login.capsLock })).toBeVisible();
  await press("keyup", false);
  await expect(login.capsLock).toBeHidden();
  await press("keyup", true);
  await expect(login.capsLock).toBeVisible();
  await login.username.focus();
  await expect(login.capsLock).toBeHidden();

  // As what fills forms in does.
  await login.password.evaluate((field) => field.dispatchEvent(new Event("keydown", { bubbles: true })));
  await expect(login.capsLock).toBeHidden();
  await login.showPassword.click();
  await expect(login.password).toHaveAttribute("type", "text");
});

test("a user who has signed in in another tab can continue, and is told why when that fails", async ({ page, context, ada, login, server }) => {
  await login.open();
  const other = await context.newPage();
  await other.goto("/login");
  await hydrated(other);
  await other.getByLabel("User name").fill(ada.name);
  await other.getByRole("textbox", { name: "Password" }).fill(ada.password);
  await other.keyboard.press("Enter");
  await expect(login.notice).toHaveText("You signed in in another tab.");
  await expect(login.continueHere).toHaveText("Continue as ada");
  await server.kill();
  await login.continueHere.click();
  await expect(login.alert).toHaveText("The server can't be reached. Check your connection and try again.");
  await expect(login.continueHere).toBeFocused();
  await server.start();
  await login.continueHere.click();
  await expect(page).toHaveURL("/dashboard");
});
