/** What somebody may search: their conversations, each with the messages of it that they may read. */
import { and, eq, sql } from "drizzle-orm";
import { recordset, rowsOf } from "../db/client.ts";
import { conversations, members, messageIndex, messages, messageTerms } from "../db/schema/mod.ts";
import type { App } from "./app.ts";
import { firstReadable, lastReadable } from "./seats.ts";

/** A place in the order of all messages: by time, then conversation, then number. */
export interface Place {
  readonly at: number;
  readonly conversationId: string;
  readonly seq: number;
}

/** Orders places, the newest first. */
export function newestFirst(a: Place, b: Place): number {
  if (a.at !== b.at) return b.at - a.at;
  if (a.conversationId !== b.conversationId) return a.conversationId < b.conversationId ? 1 : -1;
  return b.seq - a.seq;
}

/** A conversation that is searched from its newest message on; its place is where that goes on. */
export interface Source {
  readonly conversationId: string;
  readonly leftAt: Date | null;
  readonly lastRev: number | null;
  readonly deletedRanges: readonly (readonly [number, number])[];
  /** The first message that is shown. */
  readonly low: number;
  /** What is left to be searched is not newer than this and has smaller numbers. */
  at: number;
  seq: number;
}

/** How far the index of a conversation is behind. */
interface Lag {
  readonly conversationId: string;
  readonly lag: number;
}

// Of a former member its last message's, which it is indexed with.
const endAt = sql<number>`extract(epoch from coalesce(
  (select m.at from ${messages} m
    where m.conversation_id = ${members.conversationId} and m.seq = ${members.lastSeq}),
  ${conversations.activeAt}
))::double precision * 1000`.mapWith(Number);

/** My conversations, or one of them, and how far the index is behind each. */
export async function loadSources(
  app: App,
  userId: string,
  conversationId: string | undefined,
): Promise<(Source & Lag)[]> {
  const rows = await app.database.orm.select({
    conversationId: members.conversationId,
    leftAt: members.leftAt,
    lastRev: members.lastRev,
    deletedRanges: members.deletedRanges,
    clearedSeq: members.clearedSeq,
    firstSeq: firstReadable,
    lastSeq: lastReadable,
    endAt,
    lag: sql<number>`${conversations.lastRev} - coalesce(${messageIndex.rev}, 0)`.mapWith(Number),
  }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .leftJoin(messageIndex, eq(messageIndex.conversationId, members.conversationId))
    .where(and(
      eq(members.userId, userId),
      conversationId === undefined ? undefined : eq(members.conversationId, conversationId),
    ));
  return rows.map(({ firstSeq, clearedSeq, lastSeq, endAt, ...row }) => ({
    ...row,
    low: Math.max(firstSeq, clearedSeq + 1),
    at: Math.round(endAt),
    seq: lastSeq + 1,
  }));
}

/** Where a source would have to begin for nothing of it to lie at or before `end`. */
function cutAt({ conversationId }: Source, end: Place): { at: number; seq: number } {
  if (conversationId === end.conversationId) return end;
  return { at: end.at, seq: conversationId < end.conversationId ? Number.MAX_SAFE_INTEGER : 0 };
}

interface Found {
  readonly n: number;
  readonly seq: number;
  readonly at: number;
}

/** Lets sources begin behind `end`; those with nothing there are left out. */
export async function beginBehind(
  app: App,
  sources: readonly Source[],
  end: Place,
): Promise<Source[]> {
  const cuts = sources.map((source) => ({ source, cut: cutAt(source, end) }));
  const isBehind = ({ source, cut }: typeof cuts[number]) =>
    source.at < cut.at || (source.at === cut.at && source.seq <= cut.seq);
  const others = cuts.filter((one) => !isBehind(one));
  const asked = others.map(({ source, cut }, n) => ({
    n,
    c: source.conversationId,
    at: new Date(cut.at),
    seq: cut.seq,
  }));
  const found = asked.length === 0 ? [] : await rowsOf<Found>(
    app.database.orm,
    sql`
    select s.n, t.seq::double precision, extract(epoch from t.at)::double precision * 1000 as at
    from ${recordset(asked, "s(n int, c uuid, at timestamptz, seq bigint)")}
    cross join lateral (
      select t.seq, t.at from ${messageTerms} t
      where t.conversation_id = s.c and (t.at, t.seq) < (s.at, s.seq)
      order by t.at desc, t.seq desc limit 1
    ) t`,
  );
  const moved = found.map(({ n, seq, at }) => {
    const { source } = others[n]!;
    return { ...source, at: Math.round(at), seq: Math.min(source.seq, seq + 1) };
  });
  return [...cuts.filter(isBehind).map(({ source }) => source), ...moved];
}

/** Finds the times of what is left of sources whose numbers alone are known; drops those with nothing. */
export async function tighten(app: App, sources: readonly Source[]): Promise<void> {
  if (sources.length === 0) return;
  const asked = sources.map(({ conversationId, seq }, n) => ({ n, c: conversationId, seq }));
  const found = await rowsOf<Omit<Found, "seq">>(
    app.database.orm,
    sql`
    select s.n, extract(epoch from m.at)::double precision * 1000 as at
    from ${recordset(asked, "s(n int, c uuid, seq bigint)")}
    cross join lateral (
      select m.at from ${messages} m
      where m.conversation_id = s.c and m.seq < s.seq
      order by m.seq desc limit 1
    ) m`,
  );
  const times = new Map(found.map(({ n, at }) => [n, Math.round(at)]));
  sources.forEach((source, n) => source.at = times.get(n) ?? 0);
}
