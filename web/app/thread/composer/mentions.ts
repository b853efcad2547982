/** Calling somebody while writing: where in the text that happens, and who may be meant. */

/** Somebody who may be called; `id` is a user's, or `all`. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
}

/** What is written behind an `@`, and where that is. */
export interface Asked {
  readonly query: string;
  readonly start: number;
}

const queryMax = 32;
const shownMax = 8;

/** What is being called at the caret; null when nothing is. */
export function askedAt(text: string, caret: number): Asked | null {
  const start = text.lastIndexOf("@", caret - 1);
  if (start === -1 || caret - start > queryMax) return null;
  // In a mail address it is no call.
  if (start > 0 && /[\w.]/.test(text[start - 1]!)) return null;
  const query = text.slice(start + 1, caret);
  return /[\n@]/.test(query) || /^\s/.test(query) ? null : { query, start };
}

/** Those who fit, whose names begin with it first. */
export function matching(candidates: readonly Candidate[], query: string): Candidate[] {
  const asked = query.toLowerCase();
  const fits = ({ name }: Candidate) => name.toLowerCase().includes(asked);
  const begins = ({ name }: Candidate) => name.toLowerCase().startsWith(asked) ? 0 : 1;
  return candidates.filter(fits).sort((a, b) => begins(a) - begins(b)).slice(0, shownMax);
}

/** The text with a name in place of what was asked for, and where the caret goes. */
export function withName(
  text: string,
  { start, query }: Asked,
  name: string,
): { text: string; caret: number } {
  const head = `${text.slice(0, start)}@${name} `;
  const tail = text.slice(start + 1 + query.length).replace(/^ /, "");
  return { text: head + tail, caret: head.length };
}

/** Of those who were picked, the ones whose names still stand in the text. */
export function calledIn(text: string, picked: readonly Candidate[]): string[] {
  const called = picked.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
  return [...new Set(called)].slice(0, 100);
}
