/** The network of one page as the browser sees it: none, or a slow one. */
import type { Page } from "playwright-core";

/** How fast a page's network is. */
export interface Speed {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
}

/**
 * Slows a page's requests down until it is disposed of. Sockets that are open are not slowed, nor are
 * they cut by `Visitor.setOffline`: for that there is `tests/faults/proxy.ts`.
 */
export async function slowNetwork(page: Page, { latencyMs, bytesPerSecond }: Speed) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  return { [Symbol.asyncDispose]: () => session.detach() };
}
