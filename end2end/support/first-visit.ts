import type { Page } from "@playwright/test";

/** A file of a page, and how many bytes came over the wire for it: headers and all. */
export interface Received {
  url: string;
  received: number;
}

/** Visits an address with nothing kept from before, and waits until nothing comes any more. */
export async function firstVisit(page: Page, address: string): Promise<Received[]> {
  const client = await page.context().newCDPSession(page);
  const asked = new Map<string, string>();
  const files: Received[] = [];
  client.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, request.url));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    // What is preloaded and then used counts once: the second time nothing comes.
    if (encodedDataLength > 0) files.push({ url: asked.get(requestId) ?? "", received: encodedDataLength });
  });
  await client.send("Network.enable");
  await page.goto(address, { waitUntil: "networkidle" });
  return files;
}
