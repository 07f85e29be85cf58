import type { Page } from "@playwright/test";

/** A file of a page, and its size on the wire in bytes, with headers. */
export interface Received {
  url: string;
  received: number;
}

/** Visits an address with an empty cache, and waits until the network is idle. */
export async function firstVisit(page: Page, address: string): Promise<Received[]> {
  const client = await page.context().newCDPSession(page);
  const asked = new Map<string, string>();
  const files: Received[] = [];
  client.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, request.url));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    // A file that is preloaded and then used is received once.
    if (encodedDataLength > 0) files.push({ url: asked.get(requestId) ?? "", received: encodedDataLength });
  });
  await client.send("Network.enable");
  await page.goto(address, { waitUntil: "networkidle" });
  return files;
}
