/** What an export is made of: the messages of one conversation that somebody may read, a page at a time. */
import { and, asc, eq, gt, inArray, lte } from "drizzle-orm";
import { members, messages, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Conversation } from "../schemas/conversations.ts";
import type { Message, SystemBody } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { loadView } from "./conversation_views.ts";
import { readAs } from "./former_readings.ts";
import { shownTo } from "./messages.ts";
import { readPage } from "./replica_reads.ts";
import { readingSeat, type Seat } from "./seats.ts";

/** A message, and the names of all whom it names, by id. */
export interface ExportedMessage {
  readonly message: Message;
  readonly names: ReadonlyMap<string, string>;
}

/** A conversation to be exported. */
export interface ExportSource {
  readonly conversation: Conversation;
  readonly exportedAt: Date;
  /** Its messages by ascending `seq` up to the last one there was at the beginning; never an empty page. */
  pages(): AsyncGenerator<ExportedMessage[]>;
}

// A page is what an export has in memory, and what the event loop waits for while it is written.
const pageMessages = { first: 50, least: 5, most: 200 };
const pageUnits = 256_000;
/** About what a message weighs beside its body. */
const frameUnits = 200;
const namesKeptMax = 10_000;

/** The system body of a message, null for other kinds. */
export function systemBodyOf({ kind, body }: Message): SystemBody | null {
  return kind === "system" && body !== null ? body as SystemBody : null;
}

function namedIn(message: Message): string[] {
  const { from, mentions = [] } = message;
  const { actorId, userIds = [] } = systemBodyOf(message) ?? {};
  const ids = [from, actorId, ...userIds, ...mentions];
  return ids.filter((id) => typeof id === "string" && id !== "all") as string[];
}

/** Names as the reader knows them: the alias in the conversation, else the nickname. */
class Names {
  readonly #kept = new Map<string, string>();
  constructor(readonly app: App, readonly conversationId: string) {}

  async of(page: readonly Message[], seat: Seat): Promise<ExportedMessage[]> {
    if (this.#kept.size > namesKeptMax) this.#kept.clear();
    const ids = new Set(page.flatMap(namedIn));
    const missing = [...ids].filter((id) => !this.#kept.has(id));
    if (missing.length > 0) await this.#load(missing, seat);
    return page.map((message) => ({
      message,
      names: new Map(namedIn(message).map((id) => [id, this.#kept.get(id) ?? id])),
    }));
  }

  async #load(ids: string[], seat: Seat): Promise<void> {
    const { conversationId } = this;
    const rows = await this.app.database.orm
      .select({
        id: users.id,
        nickname: users.nickname,
        alias: members.alias,
        rev: members.rev,
      })
      .from(users)
      .leftJoin(
        members,
        and(eq(members.conversationId, conversationId), eq(members.userId, users.id)),
      )
      .where(inArray(users.id, ids));
    for (const { id, nickname, alias, rev } of rows) {
      // An alias of after the reader left is none of its business.
      const isKnown = rev !== null && rev <= seat.lastRev;
      this.#kept.set(id, (isKnown ? alias : null) ?? nickname);
    }
  }
}

/** How many messages such as these make a page. */
function fittingAfter(rows: readonly { body: unknown }[]): number {
  const units = rows.reduce((sum, { body }) => sum + JSON.stringify(body).length + frameUnits, 0);
  const fitting = Math.floor(pageUnits * rows.length / units);
  return Math.min(pageMessages.most, Math.max(pageMessages.least, fitting));
}

/**
 * Opens a conversation for export. Each page is a read of its own, with what its reader may read by
 * then: one who is removed meanwhile gets nothing of after that.
 * @throws `notFound` for a stranger.
 */
export async function openSource(
  app: App,
  actor: Actor,
  conversationId: string,
): Promise<ExportSource> {
  const who = { conversationId, userId: actor.userId };
  const orm = app.database.orm;
  const conversation = await loadView(orm, who);
  if (conversation === null) throw fail("notFound");
  const names = new Names(app, conversationId);
  async function* pages() {
    let limit = pageMessages.first;
    for (let after = 0; after < conversation!.lastSeq;) {
      const seat = await readingSeat(app, who);
      const rows = await readPage(
        app.database,
        { ...seat, conversationId },
        (on, isThere) =>
          on.select().from(messages)
            .where(and(
              eq(messages.conversationId, conversationId),
              isThere,
              shownTo(seat),
              gt(messages.seq, after),
              lte(messages.seq, conversation!.lastSeq),
            ))
            .orderBy(asc(messages.seq))
            .limit(limit),
      );
      if (rows.length > 0) yield await names.of(await readAs(orm, seat, rows), seat);
      if (rows.length < limit) return;
      after = rows.at(-1)!.seq;
      limit = fittingAfter(rows);
    }
  }
  return { conversation, exportedAt: app.clock.now(), pages };
}
