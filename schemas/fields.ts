/** The pieces every wire schema is made of: ids, times, bounded text, problems and pages. */
import { z } from "zod";

/** Any UUID in lower case; ours are version 7, but an unknown id is `notFound`, not malformed. */
export const Id = z.string().regex(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  "Expected a lowercase UUID",
).meta({ description: "UUIDv7, lowercase", format: "uuid" });

/** ISO 8601, UTC, milliseconds: what `Date.toISOString` writes. */
export const Time = z.string().meta({ format: "date-time", example: "2026-01-31T12:00:00.000Z" });

/** A moment to come, given as ISO 8601 with its offset. */
export const FutureTime = z.iso.datetime({ offset: true, error: "Expected a time in ISO 8601" })
  .transform((moment) => new Date(moment))
  .refine((moment) => moment.getTime() > Date.now(), "Expected a moment to come")
  // Postgres ends in the year 294276, ISO 8601 without a sign in 9999.
  .refine((moment) => moment.getTime() < 253_402_300_800_000, "Expected a year before 10000");

/** A message's number in its conversation, or a change's: 1, 2, 3… */
export const Counter = z.int().min(1);
/** A counter that may still be at its beginning. */
export const CounterOrZero = z.int().min(0);

/** Length in code points, as JSON Schema and the contract count. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether Postgres and every client can hold the text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

/** Text of `min` to `max` code points after NFC, storable. */
export function text(min: number, max: number): z.ZodString {
  return z.string()
    .refine(isStorable, "Must not hold NUL characters or lone surrogates")
    .normalize("NFC")
    .refine((value) => codePoints(value) >= min, `Expected at least ${min} characters`)
    .refine((value) => codePoints(value) <= max, `Expected at most ${max} characters`)
    .meta({ minLength: min, maxLength: max });
}

/** A name: text in which there is something to see. */
export function name(max: number): z.ZodString {
  return text(1, max).refine(
    (value) => /[^\s\p{Cc}\p{Cf}\p{Z}]/u.test(value),
    "Expected more than spaces and invisible characters",
  );
}

/** An absolute `https:` URL of at most 2,048 characters; a parser would forgive spaces and `https:x`. */
export const HttpsUrl = text(1, 2_048)
  .refine(
    (value) => /^https:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value),
    "Expected https://",
  )
  .meta({ format: "uri" });

/** RFC 9457 problem details with the stable `code`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  retryAfterMs: z.int().optional(),
  requestId: z.string().optional(),
}).meta({ id: "Problem" });

/** How many items a page holds when nobody says. */
export const defaultLimit = 50;

/** Items of a page, from query parameters. */
export const LimitGiven = z.coerce.number().int().min(1).max(100);
/** Items of a page, from query parameters, or as many as usual. */
export const Limit = LimitGiven.default(defaultLimit);

const limitInFrame = z.int().min(1).max(100).default(defaultLimit);

/** `?limit=&cursor=` */
export const PageQuery = z.strictObject({ limit: Limit, cursor: z.string().max(512).optional() });

/** `limit` and `cursor` in a frame. */
export const PageParams = z.strictObject({
  limit: limitInFrame,
  cursor: z.string().max(512).optional(),
});

/** A page of `item`s and where the next begins. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A page as the domain gives it. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
