/** What one answer may weigh: a page is cut before its frame comes near the 1 MiB of the contract. */

// A UTF-16 unit takes up to 3 bytes of UTF-8: three quarters of the limit, the rest is the envelope's.
const pageUnitsMax = 256_000;

/** The first items of a list, and whether others were left for the next page. */
export interface CutPage<T> {
  readonly items: T[];
  readonly hasMore: boolean;
}

/**
 * Cuts a list that was read one item too long: at `limit` items, or at what one answer may weigh.
 * One item always stays, or a reader would never get past it.
 */
export function cutPage<T>(found: readonly T[], limit: number): CutPage<T> {
  const items: T[] = [];
  let units = 0;
  for (const item of found.slice(0, limit)) {
    units += JSON.stringify(item).length + 1;
    if (units > pageUnitsMax && items.length > 0) break;
    items.push(item);
  }
  return { items, hasMore: found.length > items.length };
}
