import { expect, test } from "../support/test.ts";

test("title and focus move with the page, also without a full load", async ({ page, ada, login, dashboard }) => {
  await login.open();
  await expect(page).toHaveTitle("Sign in · Countersign");
  await login.signIn(ada);
  await expect(page).toHaveTitle("Dashboard · Countersign");
  await expect(dashboard.heading).toBeFocused();
  await dashboard.logOut();
  await expect(page).toHaveTitle("Sign in · Countersign");
  await expect(login.username).toBeFocused();
  await expect(login.username).toHaveAccessibleDescription("You are signed out.");

  await page.goto("/no/such/page");
  await expect(page).toHaveTitle("Page not found · Countersign");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByRole("link", { name: "Go to the home page" }).click();
  await expect(page).toHaveTitle("Sign in · Countersign");
  await expect(login.username).toBeFocused();
});

test("wherever the keyboard goes, it is seen where it is", async ({ page, ada, login, dashboard }) => {
  /** Goes through the whole page, and gives what has the focus without showing it. */
  const unseen = async () => {
    const hidden: string[] = [];
    let step = 0;
    for (; step < 20; step += 1) {
      await page.keyboard.press("Tab");
      const [name, outline] = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
        return [document.activeElement!.outerHTML.slice(0, 80), `${outlineWidth} ${outlineStyle}`];
      });
      if (name!.startsWith("<body")) break;
      if (outline !== "3px solid") hidden.push(`${name}: ${outline}`);
    }
    expect(step).toBeGreaterThan(5);
    return hidden;
  };
  await login.open();
  expect(await unseen()).toEqual([]);
  await login.signIn(ada);
  await expect(dashboard.thisDevice).toBeVisible();
  expect(await unseen()).toEqual([]);
  for (const forcedColors of ["active", "none"] as const) {
    await page.emulateMedia({ forcedColors });
    expect(await unseen()).toEqual([]);
  }
});
