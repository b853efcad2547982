/** What is mine alone of a conversation: pinned, muted, hidden, cleared, drafts, and what I have deleted. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import { transact } from "../db/client.ts";
import { members } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { My, SettingsPatch } from "../schemas/conversations.ts";
import type { Actor, App } from "./app.ts";
import { type MessageRef, readableMessage } from "./message_acts.ts";
import { readMy } from "./my_views.ts";
import { lastReadableAlone, loadSeat } from "./seats.ts";

const rangesMax = 1_000;

function mine(conversationId: string, userId: string): SQL | undefined {
  return and(eq(members.conversationId, conversationId), eq(members.userId, userId));
}

// What is computed from the last message is computed where it is stored.
function toColumns({ hidden, clearedSeq, draft, ...plain }: SettingsPatch) {
  return {
    ...plain,
    ...(draft === undefined ? {} : { draft: draft === "" ? null : draft }),
    ...(hidden === undefined ? {} : { hiddenSeq: hidden ? lastReadableAlone : null }),
    ...(clearedSeq === undefined ? {} : {
      clearedSeq:
        sql`greatest(${members.clearedSeq}, least(${clearedSeq}::bigint, ${lastReadableAlone}))`,
    }),
  };
}

/**
 * Changes what is given of my settings; all my connections are told. What I have cleared stays
 * cleared.
 * @throws `notFound` for a stranger.
 */
export async function changeSettings(
  app: App,
  actor: Actor,
  input: { conversationId: string; patch: SettingsPatch },
): Promise<My> {
  const { conversationId, patch } = input;
  const { userId } = actor;
  if (Object.keys(patch).length === 0) return await readMy(app, { userId, conversationId });
  await app.database.orm.update(members)
    .set({ ...toColumns(patch), changedXid: sql`pg_current_xact_id()` })
    .where(mine(conversationId, userId));
  app.live.myChanged({ userId, conversationId });
  return await readMy(app, { userId, conversationId });
}

type Range = [from: number, to: number];

/** Ranges in order, none next to another, with one more number among them. */
export function withSeq(ranges: readonly (readonly [number, number])[], seq: number): Range[] {
  const merged: Range[] = [];
  const all = [...ranges, [seq, seq] as const].toSorted((a, b) => a[0] - b[0]);
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/**
 * Deletes a message for me alone; once more changes nothing.
 * @throws `notFound`, `notAllowed` when what I have deleted lies in too many pieces.
 */
export async function deleteForMe(app: App, actor: Actor, ref: MessageRef): Promise<void> {
  const { conversationId, seq } = ref;
  const { userId } = actor;
  await transact(app.database, async (tx) => {
    const [row] = await tx.select({ ranges: members.deletedRanges }).from(members)
      .where(mine(conversationId, userId)).for("no key update");
    const seat = await loadSeat(app, tx, { conversationId, userId });
    if (row === undefined || seat === null) throw fail("notFound");
    await readableMessage(tx, seat, ref);
    const deletedRanges = withSeq(row.ranges, seq);
    if (deletedRanges.length > rangesMax) {
      throw fail("notAllowed", { detail: "Too many pieces deleted: clear the history instead" });
    }
    await tx.update(members).set({ deletedRanges, changedXid: sql`pg_current_xact_id()` })
      .where(mine(conversationId, userId));
  });
  app.live.myChanged({ userId, conversationId });
}
