/** Positions in the order of transaction ids, which a crash of Postgres may set back a little. */
import { type SQL, sql } from "drizzle-orm";

/**
 * Where the snapshot of a statement stands, as SQL, `<mark>.<xmin>`: what the snapshot does not see has a
 * transaction id that is not below. The mark is another one after each crash.
 */
export const positionSql =
  "(select crash_mark())::text || '.' || pg_snapshot_xmin(pg_current_snapshot())::text";

/** Before all transactions. */
export const firstPosition = ".0";

/** The id that a position means by now; a subquery, so that an index can be searched with it. */
export function xidSince(position: string): SQL {
  return sql`(select xid_since(${position}))`;
}

/** Whether a text of strangers is a position. */
export function isPosition(text: string): boolean {
  return /^[0-9a-f-]{36}\.\d{1,18}$/.test(text);
}
