import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { testOf } from "../support/example.ts";
import { root } from "../support/server.ts";

/** A route of the host's that has data of a user. */
interface Route {
  method: string;
  path: string;
  type?: string;
  body?: string;
}

interface Attacked {
  /** Its server functions, and its handlers with `CurrentUser`. */
  byToken: Route[];
  /** Its handlers with `PageUser`. */
  byCookie: string[];
  guardedPages: string[];
  /** Words of guarded views. */
  words: RegExp;
}

const FORM = "application/x-www-form-urlencoded";
const FORM_OF_PAGE = "a form of the same origin";

const EXAMPLES: Record<string, Attacked> = {
  minimal: {
    byToken: [{ method: "POST", path: "/api/user_name", type: FORM, body: "" }],
    byCookie: [],
    guardedPages: ["/"],
    words: /\bada\b|Welcome to Leptos!|Click Me/,
  },
  notes: {
    byToken: [
      { method: "GET", path: "/api/notes/list" },
      { method: "POST", path: "/api/notes/add", type: FORM, body: "text=forged" },
      { method: "POST", path: "/api/notes/delete", type: FORM, body: "id=1" },
      { method: "POST", path: "/api/notes/import", type: "application/json", body: '["forged"]' },
    ],
    byCookie: ["/notes.txt"],
    guardedPages: ["/notes"],
    words: /\bada\b|the secret of|New note|Notes of/,
  },
};

/** The source of an example. */
function source(name: string) {
  const folder = join(root, "examples", name, "src");
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

for (const [name, { byToken, byCookie, guardedPages, words }] of Object.entries(EXAMPLES)) {
  const test = testOf(name).extend<{ routes: Route[] }>({
    /** Leptos adds a number to the path of a server function that has no `endpoint`. */
    routes: async ({ request }, use) => {
      const wasm = (await (await request.get(`/pkg/${name}.wasm`)).body()).toString("latin1");
      const whole = ({ path }: Route) => wasm.match(new RegExp(`${path}\\d+`))?.[0] ?? path;
      await use(byToken.map((route) => ({ ...route, path: whole(route) })));
    },
  });

  test.describe(name, () => {
    test("each of its routes is attacked here", () => {
      const text = source(name);
      const all = [...byToken.map(({ path }) => path), ...byCookie];
      const handlers = [...text.matchAll(/\.route\(\s*"([^"]+)"/g)].map((found) => found[1]);
      for (const handler of handlers) expect(all).toContain(handler);
      const functions = text.match(/#\[server\b/g) ?? [];
      expect(functions.length + handlers.length).toBe(all.length);
      const guarded = text.match(/<(countersign::)?Guarded\w*Route\b/g) ?? [];
      expect(guarded.length).toBe(guardedPages.length);
    });

    test("no server function or handler answers without an accepted token", async ({ example, ada, request, routes }) => {
      const signedIn = await example.signIn(ada);
      const dead = await example.signIn(ada);
      const authorization = (token: string) => ({ authorization: `Bearer ${token}` });
      await request.post("/api/logout", { headers: authorization(dead.token) });
      if (name === "notes") {
        const headers = authorization(signedIn.token);
        await request.post("/api/notes/import", { headers, data: ["the secret of ada"] });
      }
      const cookie = { cookie: signedIn.cookie };
      const sameOrigin = { origin: example.origin, "sec-fetch-site": "same-origin" };
      const crossSite = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      const attacks: [string, number, Record<string, string>][] = [
        ["nothing", 401, {}],
        ["no token", 401, sameOrigin],
        ["the cookie", 401, cookie],
        ["the cookie, from the same origin", 401, { ...cookie, ...sameOrigin }],
        [FORM_OF_PAGE, 401, { ...cookie, ...sameOrigin, accept: "text/html", referer: `${example.origin}/` }],
        ["a dead token", 401, authorization(dead.token)],
        ["a dead token and the cookie", 401, { ...authorization(dead.token), ...cookie, ...sameOrigin }],
        ["a forged token", 401, { ...authorization("a.b.c"), ...cookie, ...sameOrigin }],
        ["the refresh token as a token", 401, authorization(signedIn.cookie.split("=")[1]!.split(";")[0]!)],
        ["the cookie, across sites", 403, { ...cookie, ...crossSite }],
        ["a dead token and the cookie, across sites", 401, { ...authorization(dead.token), ...cookie, ...crossSite }],
        ["basic authentication, across sites", 403, { authorization: "Basic YWRhOg==", ...cookie, ...crossSite }],
        ["basic authentication", 401, { authorization: `Basic ${btoa(`${ada.name}:${ada.password}`)}`, ...cookie }],
      ];
      for (const { method, path, type, body } of routes) {
        for (const [by, status, headers] of attacks) {
          const all = { ...(type ? { "content-type": type } : {}), ...headers };
          const response = await request.fetch(path, { method, headers: all, data: body, maxRedirects: 0 });
          const label = `${method} ${path} by ${by}`;
          // Leptos leads it back to its page, with the error.
          const isLedBack = by === FORM_OF_PAGE && path !== "/api/notes/import";
          expect.soft(response.status(), label).toBe(isLedBack ? 302 : status);
          if (isLedBack) expect.soft(response.headers()["location"], label).toContain("__err=");
          expect.soft(await response.text(), label).not.toMatch(words);
        }
        // It is the token that counts, and the route is there.
        const headers = { ...(type ? { "content-type": type } : {}), ...authorization(signedIn.token), ...crossSite };
        const accepted = await request.fetch(path, { method, headers, data: body });
        expect(accepted.ok(), `${method} ${path} by an accepted token`).toBe(true);
      }
    });

    test("guarded pages and downloads show nothing to anybody else", async ({ example, ada, request }) => {
      const signedIn = await example.signIn(ada);
      const dead = await example.signIn(ada);
      const headers = { authorization: `Bearer ${dead.token}` };
      await request.post("/api/logout", { headers });
      const page = { accept: "text/html" };
      for (const path of [...guardedPages, ...byCookie]) {
        const seen = await request.get(path, { headers: { ...page, cookie: signedIn.cookie } });
        expect([path, seen.status()]).toEqual([path, 200]);
        for (const [method, address, sent] of [
          ["GET", path, page],
          ["GET", path, { ...page, cookie: dead.cookie }],
          ["GET", path, { ...page, cookie: "countersign=forged" }],
          ["GET", path, { ...page, authorization: `Bearer ${signedIn.token}` }],
          ["GET", `${path}?next=/notes`, page],
          ["GET", `/${path}`, page],
          ["GET", `${path}/`, page],
          ["GET", path, { accept: "*/*" }],
          ["HEAD", path, page],
          ["POST", path, { ...page, cookie: signedIn.cookie }],
          ["POST", path, { ...page, cookie: signedIn.cookie, "sec-fetch-site": "cross-site" }],
        ] as [string, string, Record<string, string>][]) {
          // Playwright would take an address that begins with two slashes for one of another host.
          const url = example.origin + address;
          const response = await request.fetch(url, { method, headers: sent, maxRedirects: 0 });
          const label = `${method} ${address} with ${Object.keys(sent)}`;
          expect.soft(response.status(), label).not.toBe(200);
          expect.soft(await response.text(), label).not.toMatch(words);
        }
        const nobody = await request.get(path, { headers: page, maxRedirects: 0 });
        const login = path === "/" ? "/login" : `/login?next=${path}`;
        expect.soft([nobody.status(), nobody.headers()["location"], await nobody.text()]).toEqual([303, login, ""]);
      }
    });
  });
}

testOf("notes")("no user reads, deletes or adds notes of another one", async ({ example, ada, request }) => {
  const grace = await example.signIn(example.addUser("grace", "a compiler of sorts"));
  const { token, cookie } = await example.signIn(ada);
  const own = { authorization: `Bearer ${token}` };
  await request.post("/api/notes/import", { headers: own, data: ["the secret of ada"] });
  const listed = await request.get("/api/notes/list", { headers: own });
  const [note] = (await listed.json()) as { id: number }[];
  // With her cookie beside another user's token: the token decides, and for pages the cookie.
  const foreign = { authorization: `Bearer ${grace.token}`, cookie };
  const deleted = await request.post("/api/notes/delete", { headers: foreign, form: { id: note!.id } });
  expect(deleted.status()).toBe(200);
  expect(await (await request.get("/api/notes/list", { headers: foreign })).json()).toEqual([]);
  expect(await (await request.get("/notes.txt", { headers: { cookie: grace.cookie } })).text()).toBe("");
  expect(await (await request.get("/notes", { headers: { cookie: grace.cookie } })).text()).not.toContain("the secret of");
  expect(await (await request.get("/api/notes/list", { headers: own })).json()).toEqual([note]);
});
