import { SessionsPage } from "../pages/sessions.ts";
import { hydrated } from "../support/hydrated.ts";
import { signIn } from "../support/signed-in.ts";
import { expect, test } from "../support/test.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

for (const { locale, words, date, exact } of [
  {
    locale: "en-GB",
    words: ["just now", "1 minute ago", "5 minutes ago", "2 hours ago", "1 day ago"],
    date: /^\d{1,2} \p{L}+ \d{4}$/u,
    exact: /^\d{1,2} \p{L}+ \d{4} at \d\d:\d\d:\d\d GMT\+9$/u,
  },
  {
    locale: "de-DE",
    words: ["gerade eben", "vor 1 Minute", "vor 5 Minuten", "vor 2 Stunden", "vor 1 Tag"],
    date: /^\d\d\.\d\d\.\d{4}$/,
    exact: /^\d{1,2}\. \p{L}+ \d{4} um \d\d:\d\d:\d\d GMT\+9$/u,
  },
  {
    locale: "ar-EG",
    words: ["الآن", "قبل دقيقة واحدة", "قبل 5 دقائق", "قبل ساعتين", "قبل يوم واحد"],
    date: /\d{4}/,
    exact: /\d{4}.*\d{1,2}:\d\d:\d\d .*\+9$/,
  },
] as const) {
  test.describe(locale, () => {
    test.use({ locale, timezoneId: "Asia/Tokyo" });

    test("a time is told in words that follow the clock, and exactly on hover", async ({ page, ada }) => {
      await page.clock.install();
      await signIn(page, ada, "/account/sessions");
      await page.reload();
      await hydrated(page);
      const since = page.getByRole("listitem").first().locator("time:visible").last();
      await expect(since).toHaveText(words[0]);
      for (const [index, passed] of [MINUTE + 5_000, 4 * MINUTE, 2 * HOUR, DAY].entries()) {
        await page.clock.fastForward(passed);
        await expect(since).toHaveText(words[index + 1]!);
      }
      await page.clock.fastForward(31 * DAY);
      await expect(since).toHaveText(date);

      await expect(since).toHaveAttribute("title", exact);
      const at = (await since.getAttribute("datetime"))!;
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const [, minutesAndSeconds] = at.match(/(:\d\d:\d\d)Z$/)!;
      await expect(since, "the time is the same in every time zone").toHaveAttribute("title", new RegExp(minutesAndSeconds!));
    });
  });
}

test.describe("with scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("times are told in words by the server's clock", async ({ page, ada, dashboard }) => {
    await signIn(page, ada);
    const time = dashboard.activity.locator("time").first();
    await expect(time).toHaveText("just now");
    await expect(time).toHaveAttribute("datetime", /Z$/);
    await page.goto("/account/sessions");
    await expect(new SessionsPage(page).current).toContainText("Last used just now, signed in just now");
  });
});
