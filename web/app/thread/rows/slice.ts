/** Of however many messages are held, the part that lines are made of: the work stays the same for all. */

/** Something in its place of an order. */
export interface Ordered {
  readonly seq: number;
}

/** How many lines are made of. */
export const sliceMax = 1_500;

/** A part of all: `hasBefore` and `hasBehind` tell what else is held. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly hasBefore: boolean;
  readonly hasBehind: boolean;
}

/** The place of the first whose number is not smaller; the length when there is none. */
export function placeOf(items: readonly Ordered[], seq: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The one with this number. */
export function find<T extends Ordered>(items: readonly T[], seq: number): T | undefined {
  const found = items[placeOf(items, seq)];
  return found?.seq === seq ? found : undefined;
}

/** The part that ends with `end`, or with the last. */
export function sliceOf<T extends Ordered>(items: readonly T[], end: number | null): Slice<T> {
  const behind = end === null ? items.length : placeOf(items, end + 1);
  const first = Math.max(0, behind - sliceMax);
  return {
    items: items.slice(first, behind),
    hasBefore: first > 0,
    hasBehind: behind < items.length,
  };
}

/** Where a part ends that has this number in its middle; null: with the last. */
export function endAround(items: readonly Ordered[], seq: number): number | null {
  const place = placeOf(items, seq) + sliceMax / 2;
  return place >= items.length - 1 ? null : items[place]!.seq;
}
