import { expect, type Page } from "@playwright/test";

import { LoginPage } from "../pages/login.ts";
import { testOf } from "../support/example.ts";
import { hydrated } from "../support/hydrated.ts";
import type { Account } from "../support/server.ts";

const test = testOf("notes");

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"/>`;

class NotesPage {
  readonly heading;
  readonly text;
  readonly add;
  readonly notes;
  readonly alert;
  readonly signOut;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading");
    this.text = page.getByLabel("New note");
    this.add = page.getByRole("button", { name: "Add" });
    this.notes = page.getByRole("listitem").locator("p");
    this.alert = page.getByRole("alert").filter({ hasText: /./ });
    this.signOut = page.getByRole("button", { name: "Sign out" });
  }

  async open(account: Account) {
    await this.page.goto("/notes");
    await hydrated(this.page);
    await new LoginPage(this.page).signIn(account);
    await expect(this.heading).toHaveText(`Notes of ${account.name}`);
  }

  async write(text: string) {
    await this.text.fill(text);
    await this.add.click();
  }

  delete(text: string) {
    return this.page.getByRole("button", { name: `Delete ${text}` }).click();
  }
}

test("notes are added and deleted, and are their user's alone", async ({ page, ada, example }) => {
  const grace = example.addUser("<b>grace</b>", "a compiler of sorts");
  const notes = new NotesPage(page);
  await notes.open(ada);
  await expect(notes.notes).toHaveCount(0);
  await notes.write("The first note");
  await expect(notes.notes).toHaveText(["The first note"]);
  await expect(notes.text).toHaveValue("");
  await notes.write("<i>The second</i>");
  await expect(notes.notes).toHaveText(["<i>The second</i>", "The first note"]);
  await page.reload();
  await hydrated(page);
  await expect(notes.notes).toHaveText(["<i>The second</i>", "The first note"]);
  await notes.delete("The first note");
  await expect(notes.notes).toHaveText(["<i>The second</i>"]);
  await notes.signOut.click();
  await expect(page).toHaveURL("/login");

  await notes.open(grace);
  await expect(notes.notes).toHaveCount(0);
  await page.reload();
  await expect(notes.heading).toHaveText("Notes of <b>grace</b>");
  await expect(notes.notes).toHaveCount(0);
});

test("what fails is said beside the form, and has a status of its own", async ({ page, ada, example }) => {
  const { token } = await example.signIn(ada);
  const headers = { authorization: `Bearer ${token}` };
  const texts = Array.from({ length: 99 }, (_, number) => `note ${number}`);
  const imported = await page.request.post("/api/notes/import", { headers, data: texts });
  expect(imported.status()).toBe(201);
  const notes = new NotesPage(page);
  await notes.open(ada);
  await expect(notes.notes).toHaveCount(99);
  const answer = (status: number) => page.waitForResponse((response) => response.url().endsWith("/api/notes/add") && response.status() === status);

  const refused = answer(422);
  await notes.write("a".repeat(1001));
  await refused;
  await expect(notes.alert).toHaveText("A note has 1 to 1000 characters.");
  await expect(notes.text).toHaveValue(/^a+$/);
  const added = answer(200);
  await notes.write("a".repeat(1000));
  await added;
  await expect(notes.alert).toHaveCount(0);
  await expect(notes.notes).toHaveCount(100);
  const tooMany = answer(409);
  await notes.write("one more");
  await tooMany;
  await expect(notes.alert).toContainText("You have 100 notes");

  const whole = await page.request.post("/api/notes/import", { headers, data: ["one more"] });
  expect([whole.status(), await whole.json()]).toEqual([409, "too_many"]);
  const long = await page.request.post("/api/notes/add", { headers, form: { text: "a".repeat(1001) } });
  expect([long.status(), await long.json()]).toEqual([422, "length"]);
});

test("of requests that meet, none gets a user beyond the limit", async ({ request, ada, example }) => {
  const headers = { authorization: `Bearer ${(await example.signIn(ada)).token}` };
  const add = async (requests: number, texts: string[]) => {
    // Those of Playwright do not leave at the same moment.
    const all = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(texts) };
    const add = () => fetch(`${example.origin}/api/notes/import`, all);
    const added = await Promise.all(Array.from({ length: requests }, add));
    return added.map((response) => response.status).sort();
  };
  expect(await add(14, Array(7).fill("a note"))).toEqual(Array(14).fill(201));
  for (let round = 0; round < 10; round++) {
    expect(await add(20, ["one more"])).toEqual([201, 201, ...Array(18).fill(409)]);
    const listed = await request.get("/api/notes/list", { headers });
    const notes = (await listed.json()) as { id: number }[];
    for (const { id } of notes.slice(0, 2)) await request.post("/api/notes/delete", { headers, form: { id } });
  }
});

test("a mobile client signs in, and imports with its token", async ({ page, ada, example }) => {
  const { token } = await example.signIn(ada);
  const headers = { authorization: `Bearer ${token}` };
  await page.request.post("/api/notes/import", { headers, data: ["kept"] });
  // All or nothing: the second one is empty.
  const broken = await page.request.post("/api/notes/import", { headers, data: ["lost", " "] });
  expect(broken.status()).toBe(422);
  const listed = await page.request.get("/api/notes/list", { headers });
  const texts = ((await listed.json()) as { text: string }[]).map(({ text }) => text);
  expect(texts).toEqual(["kept"]);
});

test("the notes are downloaded by a link", async ({ page, ada }) => {
  const notes = new NotesPage(page);
  await notes.open(ada);
  await notes.write("for the file");
  await expect(notes.notes).toHaveCount(1);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("notes.txt");
  const file = await page.request.get("/notes.txt");
  expect(file.headers()["content-disposition"]).toBe('attachment; filename="notes.txt"');
  expect(await file.text()).toBe("for the file");
});

test("who opens the download signed out gets it after the sign-in", async ({ page, ada }) => {
  await page.goto("/notes.txt");
  await expect(page).toHaveURL("/login?next=/notes.txt");
  await hydrated(page);
  const download = page.waitForEvent("download");
  await new LoginPage(page).signIn(ada);
  expect((await download).suggestedFilename()).toBe("notes.txt");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the notes are read and the user signs out, and the page says what needs scripts", async ({ page, ada, example }) => {
    const { token } = await example.signIn(ada);
    await page.request.post("/api/notes/import", { headers: { authorization: `Bearer ${token}` }, data: ["written before"] });
    await page.goto("/notes");
    await new LoginPage(page).signIn(ada);
    const notes = new NotesPage(page);
    await expect(notes.notes).toHaveText(["written before"]);
    await expect(notes.add).toBeDisabled();
    await expect(page.getByText("Changes need JavaScript")).toBeVisible();
    await notes.signOut.click();
    await expect(page).toHaveURL("/login?signed-out");
    await page.goto("/notes");
    await expect(page).toHaveURL("/login?next=/notes");
  });
});

test("pictures come from where the policy of the example allows, and from nowhere else", async ({ page }) => {
  const asked: string[] = [];
  await page.route(/^https:/, (route) => {
    asked.push(new URL(route.request().url()).origin);
    return route.fulfill({ contentType: "image/svg+xml", body: PICTURE });
  });
  await page.goto("/");
  await hydrated(page);
  const width = (src: string) =>
    page.evaluate(async (src) => {
      const image = Object.assign(new Image(), { src });
      await image.decode().catch(() => {});
      return image.naturalWidth;
    }, src);
  const picture = page.locator("img");
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  expect(await width("https://elsewhere.example/picture.svg")).toBe(0);
  expect(new Set(asked)).toEqual(new Set(["https://images.example.org"]));
});

test("the sign-in has the name, colours, texts and links of the example, and leads to its page", async ({ page, ada }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in and write" }).click();
  await expect(page).toHaveURL("/login?next=/notes");
  await expect(page.getByText("Field Notes")).toBeVisible();
  await expect(page.getByText("Sign in to read and write your notes.")).toBeVisible();
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(new LoginPage(page).submit).toHaveCSS("background-color", "rgb(22, 101, 52)");
  await page.getByRole("link", { name: "What is this?" }).click();
  await expect(page).toHaveURL("/");
  await page.goto("/login");
  await hydrated(page);
  await new LoginPage(page).signIn(ada);
  await expect(page).toHaveURL("/notes");
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Open the notes of ada" })).toBeVisible();
});
