/** The counters of a conversation as the database holds them: whether `seq` and `rev` have holes. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { rowsOf } from "../../db/client.ts";
import type { World } from "./world.ts";

/** One stored message. */
export interface Numbered {
  readonly seq: number;
  readonly rev: number;
  readonly clientId: string | null;
  readonly senderId: string | null;
  readonly atMs: number;
}

/** Everything of a conversation that carries a number. */
export interface Numbers {
  readonly lastSeq: number;
  readonly lastRev: number;
  readonly messages: Numbered[];
}

/** Reads them past all our own code. */
export async function numbersOf(world: World, id: string): Promise<Numbers> {
  const [counters] = await rowsOf<{ seq: string; rev: string }>(
    world.database.orm,
    sql`select last_seq::text as seq, last_rev::text as rev from conversations where id = ${id}`,
  );
  const rows = await rowsOf<Record<keyof Numbered, string>>(
    world.database.orm,
    sql`select seq::text, rev::text, client_id as "clientId", sender_id as "senderId",
      (extract(epoch from at) * 1000)::bigint::text as "atMs"
      from messages where conversation_id = ${id} order by messages.seq`,
  );
  const messages = rows.map(({ seq, rev, atMs, ...rest }) => ({
    ...rest,
    seq: Number(seq),
    rev: Number(rev),
    atMs: Number(atMs),
  }));
  return { lastSeq: Number(counters!.seq), lastRev: Number(counters!.rev), messages };
}

/** `seq` runs 1, 2, 3… to `lastSeq`; `rev` and `at` rise with it; no message is there twice. */
export function assertSeqUnbroken({ lastSeq, lastRev, messages }: Numbers): void {
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    Array.from({ length: lastSeq }, (_, i) => i + 1),
  );
  for (const [place, { rev, atMs }] of messages.entries()) {
    const before = messages[place - 1];
    assert.ok(rev > (before?.rev ?? 0) && rev <= lastRev, `rev ${rev} at seq ${place + 1}`);
    assert.ok(atMs >= (before?.atMs ?? 0), `time runs backwards at seq ${place + 1}`);
  }
  const keys = messages.filter(({ clientId }) => clientId !== null)
    .map(({ senderId, clientId }) => `${senderId}/${clientId}`);
  assert.equal(new Set(keys).size, keys.length, "a message is stored twice");
}

/** Beyond that: since `seq` `from`, nothing but messages has taken a `rev`, one each. */
export function assertRevUnbroken({ lastRev, messages }: Numbers, from = 1): void {
  const revs = messages.filter(({ seq }) => seq >= from).map(({ rev }) => rev);
  const first = revs[0] ?? lastRev + 1;
  assert.deepEqual(revs, Array.from({ length: lastRev - first + 1 }, (_, i) => first + i));
}
