/** Opaque cursors: what a page ended at, or what a client has seen, as one url-safe word. */
import { Buffer } from "node:buffer";
import { fail } from "../errors.ts";
import { Id, type Page } from "../schemas/fields.ts";

/** Makes a cursor of plain values. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/**
 * Takes a cursor apart.
 * @throws `invalidInput` naming `path` when it is none of ours or not of `length` values.
 */
export function decodeCursor(cursor: string, path: string, length: number): string[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(values) && values.length === length && values.every(isPlain)) {
      return values.map(String);
    }
  } catch {
    // Not JSON: refused below like any other text that is no cursor.
  }
  throw badCursor(path);
}

/**
 * The id that the last page ended at, or undefined at the beginning.
 * @throws `invalidInput`.
 */
export function decodeIdCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Id.safeParse(decodeCursor(cursor, "cursor", 1)[0]);
  if (!id.success) throw badCursor("cursor");
  return id.data;
}

/** Cuts a list that was read one item too long into a page that knows whether there is more. */
export function pageFrom<T>(
  found: readonly T[],
  limit: number,
  keyOf: (item: T) => string | number,
): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor([keyOf(last)]) : null };
}

/** The refusal of a cursor whose parts make no sense. */
export function badCursor(path: string) {
  return fail("invalidInput", { errors: [{ path, message: "Not a cursor of this list" }] });
}
