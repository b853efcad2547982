/** Ranges of numbers, both ends in them, in order and none next to another. */

/** From and to. */
export type Range = readonly [from: number, to: number];

/** The ranges with one more; what touches becomes one. */
export function addRange(ranges: readonly Range[], [from, to]: Range): readonly Range[] {
  if (from > to) return ranges;
  const touches = ([start, end]: Range) => start <= to + 1 && from <= end + 1;
  const touching = ranges.filter(touches);
  const merged: Range = [
    Math.min(from, ...touching.map(([start]) => start)),
    Math.max(to, ...touching.map(([, end]) => end)),
  ];
  const apart = ranges.filter((range) => !touches(range));
  return [...apart, merged].sort(([a], [b]) => a - b);
}

/** The ranges without what lies before `first`. */
export function rangesFrom(ranges: readonly Range[], first: number): readonly Range[] {
  return ranges.filter(([, to]) => to >= first)
    .map(([from, to]): Range => [Math.max(from, first), to]);
}

/** The range that holds a number. */
export function rangeAt(ranges: readonly Range[], number: number): Range | undefined {
  return ranges.find(([from, to]) => from <= number && number <= to);
}
