/** What texts are found by: words where they are spaced, else pairs of characters; and queries of them. */
import { fold } from "./user_names.ts";

const wordPointsMax = 64;
const rangesMax = 100;

const paired =
  /^[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&[\p{L}\p{N}\p{M}]]$/v;
const lettered = /^[\p{L}\p{N}]$/v;
const mark = /^\p{M}$/v;

/** A word, or one character of a script whose words are not spaced, where it stands in code points. */
interface Token {
  /** Folded, by code point of the text. */
  readonly points: string[];
  readonly start: number;
  end: number;
  readonly isPaired: boolean;
  /** A paired one that follows another without anything between. */
  readonly goesOn: boolean;
}

/** From and up to where, in code points of the text; the end is not part of it. */
export type Range = [start: number, end: number];

/** A term that must be there, or one that begins so. */
export interface Wanted {
  readonly term: string;
  readonly isPrefix: boolean;
}

/** Tokens that must follow one another; `isPrefix`: a word that may go on. */
interface Unit {
  readonly tokens: readonly Token[];
  readonly isPrefix: boolean;
}

/** What somebody looks for: all its units must be found. */
export type Query = readonly Unit[];

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let place = -1;
  for (const point of text) {
    place++;
    const last = tokens.at(-1);
    const follows = last?.end === place;
    if (paired.test(point)) {
      const goesOn = follows && last.isPaired;
      tokens.push({ points: [fold(point)], start: place, end: place + 1, isPaired: true, goesOn });
    } else if (follows && !last.isPaired && (lettered.test(point) || mark.test(point))) {
      last.points.push(fold(point));
      last.end++;
    } else if (follows && mark.test(point)) {
      // Such as the selector of a variant: the run goes on behind it.
      last.end++;
    } else if (lettered.test(point)) {
      const points = [fold(point)];
      tokens.push({ points, start: place, end: place + 1, isPaired: false, goesOn: false });
    }
  }
  return tokens;
}

function wordOf({ points }: Token): string {
  return points.join("");
}

function cut(word: string): string {
  return word.length <= wordPointsMax ? word : Array.from(word).slice(0, wordPointsMax).join("");
}

/** What of a token and the next is kept: the last character of a run stands alone. */
function termAt(tokens: readonly Token[], place: number): string {
  const token = tokens[place]!;
  const next = tokens[place + 1];
  return cut(wordOf(token) + (next?.goesOn ? wordOf(next) : ""));
}

/** All that a text is found by. */
export function termsOf(text: string): Set<string> {
  return new Set(tokensOf(text).map((_, place, tokens) => termAt(tokens, place)));
}

// Outside of quotes each word is looked for by itself, and so is each run of paired characters.
function unitsOf(tokens: readonly Token[]): Unit[] {
  const units: Token[][] = [];
  for (const token of tokens) {
    if (token.goesOn) units.at(-1)!.push(token);
    else units.push([token]);
  }
  return units.map((tokens) => ({ tokens, isPrefix: !tokens[0]!.isPaired }));
}

/** Takes a query apart: `"…"` is a phrase, any other word may go on. */
export function parseQuery(text: string): Query {
  return [...text.normalize("NFC").matchAll(/"([^"]*)"|[^"]+/g)]
    .flatMap(([plain, phrase]) =>
      phrase === undefined
        ? unitsOf(tokensOf(plain))
        : [{ tokens: tokensOf(phrase), isPrefix: false }]
    )
    .filter(({ tokens }) => tokens.length > 0);
}

/** The terms of every text in which a query is found, and perhaps of some others. */
export function wantedBy(query: Query): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { tokens, isPrefix } of query) {
    tokens.forEach((token, place) => {
      const isLast = !tokens[place + 1]?.goesOn;
      // The last of several is part of the pair before it.
      if (token.goesOn && isLast) return;
      const term = termAt(tokens, place);
      const one = { term, isPrefix: token.isPaired ? isLast : isPrefix };
      wanted.set(`${one.isPrefix}${term}`, one);
    });
  }
  return [...wanted.values()];
}

function endOfPrefix({ points, start }: Token, length: number): number {
  let end = start;
  for (let units = 0; units < length; end++) units += points[end - start]!.length;
  return end;
}

function rangeAt(tokens: readonly Token[], place: number, unit: Unit): Range | null {
  const { tokens: sought, isPrefix } = unit;
  for (const [step, one] of sought.entries()) {
    const token = tokens[place + step];
    if (token === undefined || (one.goesOn && !token.goesOn)) return null;
    const [word, soughtWord] = [wordOf(token), wordOf(one)];
    if (isPrefix ? !word.startsWith(soughtWord) : word !== soughtWord) return null;
    if (isPrefix) return [token.start, endOfPrefix(token, soughtWord.length)];
  }
  return [tokens[place]!.start, tokens[place + sought.length - 1]!.end];
}

function united(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else all.push([start, end]);
  }
  return all;
}

/** Where a query is found in a text, the first hundred places; null unless all of it is there. */
export function findIn(text: string, query: Query): Range[] | null {
  const tokens = tokensOf(text);
  const found: Range[] = [];
  for (const unit of query) {
    const ranges = tokens.flatMap((_, place) => {
      const range = rangeAt(tokens, place, unit);
      return range === null ? [] : [range];
    });
    if (ranges.length === 0) return null;
    found.push(...ranges);
  }
  return united(found).slice(0, rangesMax);
}
