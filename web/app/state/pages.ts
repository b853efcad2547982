/** Lists that the server gives in pages. */
import type { Client } from "../../../client/mod.ts";

interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

// More than anybody scrolls through; a list without an end would keep the page busy for ever.
const pagesMax = 50;

/** All items of a list, up to 5,000; `path` has its query already, or none. */
export async function readAll<T>(client: Client, path: string): Promise<T[]> {
  const items: T[] = [];
  const first = `${path}${path.includes("?") ? "&" : "?"}limit=100`;
  let next = first;
  for (let page = 0; page < pagesMax; page++) {
    const { items: more, nextCursor } = await client.ask<Page<T>>("GET", next);
    items.push(...more);
    if (nextCursor === null) break;
    next = `${first}&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return items;
}
