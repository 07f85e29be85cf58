import { once } from "node:events";
import { type IncomingMessage, type Server as HttpServer, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands between browser and server, as a slow network does: it can hold responses on their way. A response that
 * Playwright's `route` holds is no test for cookies, because `route.fetch()` sets them before. */
export class Network {
  origin = "";
  private readonly http: HttpServer;
  private readonly held = new Map<string, Promise<void>>();
  /** Headers that no response keeps. */
  readonly removed = new Set<string>();
  /** The paths whose responses have come from the server. */
  readonly answered: string[] = [];

  constructor(target: string) {
    this.http = createServer((incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const forwarded = request(target + url, { method, headers }, async (response: IncomingMessage) => {
        this.answered.push(url!);
        await this.held.get(url!);
        for (const name of this.removed) delete response.headers[name];
        outgoing.writeHead(response.statusCode!, response.headers);
        response.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
  }

  async start() {
    await once(this.http.listen(0, "127.0.0.1"), "listening");
    this.origin = `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Holds the responses to a path back until the returned function is called. */
  hold(path: string) {
    let release = () => {};
    this.held.set(path, new Promise((resolve) => (release = resolve)));
    return () => {
      this.held.delete(path);
      release();
    };
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }
}
