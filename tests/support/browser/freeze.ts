/** A page that the system has put to sleep: it holds what it held, and does nothing. */
import type { CDPSession, Page } from "playwright-core";

const busyMs = 300;

interface ProcessTimes {
  readonly processInfo: readonly { readonly type: string; id: number; cpuTime: number }[];
}

async function times(session: CDPSession): Promise<Map<number, number>> {
  const { processInfo }: ProcessTimes = await session.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return new Map(pages.map(({ id, cpuTime }) => [id, cpuTime]));
}

// Nothing tells which process a page is in; so it is given work, and the one that works is it.
async function processOf(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const before = await times(session);
  await page.evaluate(`for (const end = Date.now() + ${busyMs}; Date.now() < end;);`);
  const worked = [...await times(session)].map(([id, time]) => [id, time - (before.get(id) ?? 0)]);
  await session.detach();
  return worked.toSorted(([, one], [, other]) => other! - one!)[0]![0]!;
}

/**
 * Stops a page where it is until it is disposed of; do not evaluate anything in it meanwhile. By its
 * process: Chromium freezes only hidden pages, which those that a test drives never are.
 */
export async function freeze(page: Page): Promise<AsyncDisposable> {
  const process = await processOf(page);
  Deno.kill(process, "SIGSTOP");
  return {
    [Symbol.asyncDispose]: () => Promise.resolve(Deno.kill(process, "SIGCONT")),
  };
}
