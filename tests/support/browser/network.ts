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

/** Freezes a page as the system does with one that nobody sees, until it is disposed of. */
export async function freeze(page: Page): Promise<AsyncDisposable> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.enable");
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  return {
    async [Symbol.asyncDispose]() {
      await session.send("Page.setWebLifecycleState", { state: "active" });
      await session.detach();
    },
  };
}
