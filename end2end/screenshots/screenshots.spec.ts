import { join } from "node:path";

import { STATES, reachState } from "../states/states.ts";
import { test } from "../support/test.ts";
import { FOLDER, listPictures } from "./pictures.ts";

for (const { file, name, locale, colorScheme, width } of listPictures()) {
  test.describe(file, () => {
    test.use({ locale, colorScheme, viewport: { width, height: width < 600 ? 640 : 800 } });

    test("is taken", async ({ page, context, server, ada }) => {
      const state = STATES.find((state) => state.name === name);
      if (!state) throw new Error(`docs/gallery/README.md: there is no state "${name}"`);
      await reachState(state, { page, context, server, ada });
      await page.screenshot({ path: join(FOLDER, file), fullPage: true, animations: "disabled" });
    });
  });
}
