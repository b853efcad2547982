/** Reading a conversation from a replica: only from one that has come as far as the reader's view of it. */
import { type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../db/client.ts";
import { conversations } from "../db/schema/mod.ts";

/** How far a conversation had come when the primary was asked who may read it. */
export interface Reached {
  readonly conversationId: string;
  readonly lastRev: number;
  /** What a former member reads is put together from several reads: those are the primary's. */
  readonly leftAt: Date | null;
}

/** One statement; `isThere` has to be among its conditions. */
export type ReadPage<T> = (on: Queryable, isThere: SQL | undefined) => PromiseLike<T[]>;

/**
 * Rows of a conversation. All that its members share takes a `rev` under its lock, so a replica that
 * has this `rev` has everything up to it: what was written and answered before the primary was asked
 * is there. One that has not gives no rows, as does a page that is empty: then the primary is asked.
 */
export async function readPage<T>(
  { orm, replicas }: Pick<Database, "orm" | "replicas">,
  { conversationId, lastRev, leftAt }: Reached,
  read: ReadPage<T>,
): Promise<T[]> {
  if (replicas === undefined || leftAt !== null) return await read(orm, undefined);
  // In the same statement, and so of the same snapshot, as the rows.
  const isThere = sql`(
    select ${conversations.lastRev} from ${conversations} where ${conversations.id} = ${conversationId}
  ) >= ${lastRev}`;
  const rows = await replicas.ask((on) => read(on, isThere));
  return rows.length > 0 ? rows : await read(orm, undefined);
}
