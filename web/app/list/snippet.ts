/** What was found in a text: the part around it, with the places marked. */

/** A piece of a text; one that was looked for is marked. */
export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

// So much is seen before the first place in a narrow list.
const before = 16;
const lengthMax = 160;

/**
 * The part of a text around the first place. `ranges` count code points, as the server gives them: the
 * ends are not part of them.
 */
export function snippetOf(text: string, ranges: readonly (readonly [number, number])[]): Piece[] {
  const signs = [...text.replaceAll(/\s/g, " ")];
  const sorted = ranges.toSorted(([a], [b]) => a - b);
  const first = sorted[0]?.[0] ?? 0;
  const from = first > before + 4 ? first - before : 0;
  const to = Math.min(signs.length, from + lengthMax);
  const pieces: Piece[] = from > 0 ? [{ text: "…", isHit: false }] : [];
  const add = (start: number, end: number, isHit: boolean) => {
    const shown = signs.slice(Math.max(start, from), Math.min(end, to)).join("");
    if (shown !== "") pieces.push({ text: shown, isHit });
  };
  let at = from;
  for (const [start, end] of sorted) {
    if (start > at) add(at, start, false);
    add(Math.max(start, at), end, true);
    at = Math.max(at, end);
  }
  add(at, to, false);
  if (to < signs.length) pieces.push({ text: "…", isHit: false });
  return pieces;
}
