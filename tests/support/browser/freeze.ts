/** A page that the system has put to sleep: it holds what it held, and does nothing. */
import type { CDPSession, Page } from "playwright-core";
import { until } from "../waiting.ts";

const busyMs = 300;

interface ProcessTimes {
  readonly processInfo: readonly { readonly type: string; id: number; cpuTime: number }[];
}

async function times(session: CDPSession): Promise<Map<number, number>> {
  const { processInfo }: ProcessTimes = await session.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return new Map(pages.map(({ id, cpuTime }) => [id, cpuTime]));
}

/** The process that worked most while the page was given work, if it worked much more than any other. */
async function busiest(session: CDPSession, page: Page): Promise<number | undefined> {
  const before = await times(session);
  await page.evaluate(`for (const end = Date.now() + ${busyMs}; Date.now() < end;);`);
  const after = await times(session);
  const [first, second] = [...before]
    .map(([id, time]) => ({ id, worked: (after.get(id) ?? 0) - time }))
    .toSorted((one, other) => other.worked - one.worked);
  return first!.worked > 3 * (second?.worked ?? 0) ? first!.id : undefined;
}

// Nothing tells which process a page is in; so it is given work, and the one that works is it. Twice,
// as another one may just be starting.
async function processOf(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  let last: number | undefined;
  const found = await until("it is clear which process the page is in", async () => {
    const now = await busiest(session, page);
    if (now !== undefined && now === last) return now;
    last = now;
    return undefined;
  }, 60_000);
  await session.detach();
  return found!;
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
