/** Searching messages: over all that somebody may read, the newest first, a page at a time. */
import { and, eq, inArray, or } from "drizzle-orm";
import { messages } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import { Id, type Page } from "../schemas/fields.ts";
import type { FoundMessage, Message, SearchQuery } from "../schemas/messages.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { badCursor, decodeCursor, encodeCursor } from "./cursors.ts";
import { readAs } from "./former_readings.ts";
import { requireRoom } from "./load.ts";
import { indexConversations } from "./message_index.ts";
import { IndexQuestion, searchedText } from "./message_lexemes.ts";
import { findIn, parseQuery, type Query } from "./message_terms.ts";
import { cutPage } from "./page_budget.ts";
import { limitRate } from "./rate_limits.ts";
import { Digging } from "./search_digging.ts";
import {
  beginBehind,
  loadSources,
  newestFirst,
  type Place,
  type Source,
} from "./search_sources.ts";

const searchesMax = 60;
const windowMs = 60_000;
const roundsMax = 12;
const readMax = 1_000;
const readAtOnceMax = 300;
// Older than nothing: behind all places of a time.
const beginning: Pick<Place, "conversationId" | "seq"> = { conversationId: "", seq: 0 };
const timeMax = 253_402_300_800_000;
const lagMax = 500;
const laggingMax = 50;
const waitMsMax = 1_000;

function decodePlace(cursor: string): Place {
  const [time, conversationId, number] = decodeCursor(cursor, "cursor", 3) as [
    string,
    string,
    string,
  ];
  const [at, seq] = [Number(time), Number(number)];
  const isTime = Number.isSafeInteger(at) && at >= 0 && at < timeMax;
  const isSeq = Number.isSafeInteger(seq) && seq >= 0;
  if (!isTime || !isSeq || !Id.safeParse(conversationId).success) throw badCursor("cursor");
  return { at, conversationId, seq };
}

function encodePlace({ at, conversationId, seq }: Place): string {
  return encodeCursor([at, conversationId, seq]);
}

/** Where a search begins: behind the last page, and before `until`. */
function endOf({ cursor, until }: SearchQuery): Place | null {
  const places: Place[] = [];
  if (cursor !== undefined) places.push(decodePlace(cursor));
  if (until !== undefined) {
    places.push({ ...beginning, at: Math.min(Math.max(until.getTime(), 0), timeMax - 1) });
  }
  // The older of the two.
  return places.toSorted(newestFirst).at(-1) ?? null;
}

/** What was sent a moment ago is found too: lags are made up for, if they are small, and not for long. */
async function catchUp(
  app: App,
  sources: readonly (Source & { readonly lag: number })[],
): Promise<void> {
  const ids = sources.filter(({ lag }) => lag > 0 && lag <= lagMax)
    .sort(newestFirst).slice(0, laggingMax).map(({ conversationId }) => conversationId);
  if (ids.length === 0) return;
  const giveUpAt = performance.now() + waitMsMax;
  let left = ids;
  const work = async () => {
    while (left.length > 0 && performance.now() < giveUpAt) {
      left = await indexConversations(app, left, { size: app.indexing.size, waits: true });
    }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => timer = setTimeout(resolve, waitMsMax));
  // The index is made elsewhere too: without it older messages are found all the same.
  await Promise.race([work().catch(() => {}), patience]);
  clearTimeout(timer);
}

/** The messages at these places, as their sources' user may read them. */
async function readPlaces(
  app: App,
  places: readonly Place[],
  sources: ReadonlyMap<string, Source>,
): Promise<FoundMessage[]> {
  const byConversation = Map.groupBy(places, ({ conversationId }) => conversationId);
  const rows = await app.database.orm.select().from(messages).where(or(
    ...[...byConversation].map(([id, some]) =>
      and(
        eq(messages.conversationId, id),
        inArray(messages.seq, some.map(({ seq }) => seq)),
      )
    ),
  ));
  const read = new Map<string, Message>();
  for (const [id, some] of Map.groupBy(rows, ({ conversationId }) => conversationId)) {
    const source = sources.get(id)!;
    const shown = some.filter(({ seq }) =>
      seq >= source.low && !source.deletedRanges.some(([from, to]) => seq >= from && seq <= to)
    );
    for (const message of await readAs(app.database.orm, source, shown)) {
      read.set(`${id}/${message.seq}`, message);
    }
  }
  return places.flatMap(({ conversationId, seq }) => {
    const message = read.get(`${conversationId}/${seq}`);
    return message === undefined ? [] : [{ conversationId, message, ranges: [] }];
  });
}

function matching(found: readonly FoundMessage[], query: Query, input: SearchQuery) {
  const { from, kind, since } = input;
  return found.flatMap(({ conversationId, message }): FoundMessage[] => {
    const isAsked = message.recalledAt === undefined && message.kind !== "system" &&
      (from === undefined || message.from === from) &&
      (kind === undefined || message.kind === kind) &&
      (since === undefined || new Date(message.at) >= since);
    const ranges = isAsked ? findIn(searchedText(message), query) : null;
    return ranges === null ? [] : [{ conversationId, message, ranges }];
  });
}

function placeOf({ conversationId, message: { at, seq } }: FoundMessage): Place {
  return { at: new Date(at).getTime(), conversationId, seq };
}

interface Search {
  readonly input: SearchQuery;
  readonly query: Query;
  readonly sources: ReadonlyMap<string, Source>;
  readonly digging: Digging;
}

/** One item more than the page, if there are so many; `rest`: where the search gave up before. */
async function collect(
  app: App,
  { input, query, sources, digging }: Search,
): Promise<{ items: FoundMessage[]; rest: Place | null }> {
  const items: FoundMessage[] = [];
  const count = input.limit + 1;
  const start = { ...digging.place ?? { ...beginning, at: 0 } };
  let waiting: Place[] = [];
  let read = 0;
  let atOnce = count;
  while (items.length < count) {
    const place = digging.place;
    // What is newer than all that has not been searched is next.
    const ready = waiting.filter((one) => place === null || newestFirst(one, place) <= 0)
      .slice(0, atOnce);
    if (ready.length > 0) {
      items.push(...matching(await readPlaces(app, ready, sources), query, input));
      waiting = waiting.slice(ready.length);
      read += ready.length;
      // Phrases are in few of the messages that hold their words.
      atOnce = Math.min(2 * atOnce, readAtOnceMax);
      const last = ready.at(-1)!;
      if (read >= readMax && items.length < count) return { items, rest: last };
    } else if (place === null) {
      return { items, rest: null };
    } else if (digging.rounds >= roundsMax && newestFirst(start, place) < 0) {
      return { items, rest: { ...place } };
    } else {
      waiting = [...waiting, ...await digging.next()].sort(newestFirst);
    }
  }
  return { items, rest: null };
}

/**
 * The messages I may read that hold what is looked for, the newest first. A page may be shorter than
 * asked though more follow: then so much was read in vain that the next is another request.
 * @throws `notFound` for a conversation that I have no part in, `invalidInput` for a cursor that is
 * none of this list, `rateLimited`, `overloaded`; `notAllowed` for guests who name no conversation.
 */
export async function searchMessages(
  app: App,
  actor: Actor,
  input: SearchQuery,
): Promise<Page<FoundMessage>> {
  requireRoom(app, "search");
  if (input.conversationId === undefined) requireSocial(actor);
  const end = endOf(input);
  await limitRate(app, `messageSearch/${actor.userId}`, { max: searchesMax, windowMs });
  const all = await loadSources(app, actor.userId, input.conversationId);
  if (input.conversationId !== undefined && all.length === 0) throw fail("notFound");
  const query = parseQuery(input.q);
  if (query.length === 0) return { items: [], nextCursor: null };
  await catchUp(app, all);
  const begun = end === null ? all : await beginBehind(app, all, end);
  const digging = new Digging(app, {
    question: new IndexQuestion(query, input),
    since: input.since?.getTime() ?? 0,
    count: input.limit + 1,
  }, begun);
  const sources = new Map(all.map((source) => [source.conversationId, source]));
  const { items: found, rest } = await collect(app, { input, query, sources, digging });
  const { items, hasMore } = cutPage(found, input.limit);
  const last = items.at(-1);
  if (hasMore && last !== undefined) return { items, nextCursor: encodePlace(placeOf(last)) };
  return { items, nextCursor: rest === null ? null : encodePlace(rest) };
}
