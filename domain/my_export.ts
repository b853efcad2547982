/** Everything that is kept about a user, as one archive that the user may take away. */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import { members } from "../db/schema/mod.ts";
import type { Page } from "../schemas/fields.ts";
import type { Actor, App } from "./app.ts";
import { listBlocks } from "./blocks.ts";
import { loadViews } from "./conversation_views.ts";
import { jsonLines } from "./export_jsonl.ts";
import { openSource } from "./export_source.ts";
import { pulled, takePlace } from "./export_streams.ts";
import { type ZipEntry, zipped } from "./export_zip.ts";
import type { Export } from "./exports.ts";
import { listFriendRequests } from "./friend_requests.ts";
import { listFriends } from "./friends.ts";
import { requireRoom } from "./load.ts";
import { myAttachments, myEdits, myGroupRequests, myInvites, myReactions } from "./my_traces.ts";
import { listSessions } from "./sessions.ts";
import { whileSignedIn } from "./signed_in_streams.ts";
import { readMe } from "./users.ts";

const pageItems = 50;
const atOnceMax = 1;

type ReadPage<T> = (input: { limit: number; cursor?: string | undefined }) => Promise<Page<T>>;

async function* pagesOf<T>(read: ReadPage<T>): AsyncGenerator<T[]> {
  let cursor: string | undefined;
  do {
    const page = await read({ limit: pageItems, cursor });
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** One JSON array of all the items, whatever their number. */
async function* arrayOf(...lists: AsyncGenerator<unknown[]>[]): AsyncGenerator<string> {
  let before = "[\n";
  for (const pages of lists) {
    for await (const items of pages) {
      for (const item of items) {
        yield before + JSON.stringify(item);
        before = ",\n";
      }
    }
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** The conversations that a user is or was in, by id: their order must not change underway. */
async function* conversationIds(app: App, { userId }: Actor): AsyncGenerator<string[]> {
  let after: string | undefined;
  for (;;) {
    const rows = await app.database.orm.select({ id: members.conversationId }).from(members)
      .where(and(
        eq(members.userId, userId),
        after === undefined ? undefined : gt(members.conversationId, after),
      ))
      .orderBy(asc(members.conversationId))
      .limit(pageItems);
    yield rows.map(({ id }) => id);
    if (rows.length < pageItems) return;
    after = rows.at(-1)!.id;
  }
}

async function* views(app: App, actor: Actor): AsyncGenerator<unknown[]> {
  for await (const ids of conversationIds(app, actor)) {
    if (ids.length === 0) return;
    const which = and(eq(members.userId, actor.userId), inArray(members.conversationId, ids));
    const items = await loadViews(app.database.orm, which, ids.length);
    yield items.map(({ view }) => view).sort((one, other) => one.id < other.id ? -1 : 1);
  }
}

function requests(app: App, actor: Actor, box: "incoming" | "outgoing") {
  return pagesOf((page) => listFriendRequests(app, actor, { ...page, box }));
}

/** What somebody left in each of its conversations, one conversation after the other. */
async function* inEach(
  app: App,
  actor: Actor,
  read: (app: App, actor: Actor, conversationId: string) => AsyncGenerator<unknown[]>,
): AsyncGenerator<unknown[]> {
  for await (const ids of conversationIds(app, actor)) {
    for (const id of ids) yield* read(app, actor, id);
  }
}

async function* files(app: App, actor: Actor): AsyncGenerator<ZipEntry> {
  const me = `${JSON.stringify(await readMe(app, actor), null, 2)}\n`;
  const list = <T>(name: string, read: ReadPage<T>) => ({ name, chunks: arrayOf(pagesOf(read)) });
  yield { name: "me.json", chunks: [me] };
  yield list("sessions.json", (page) => listSessions(app, actor, page));
  yield list("friends.json", (page) => listFriends(app, actor, page));
  yield {
    name: "friend_requests.json",
    chunks: arrayOf(requests(app, actor, "incoming"), requests(app, actor, "outgoing")),
  };
  yield list("blocks.json", (page) => listBlocks(app, actor, page));
  yield { name: "attachments.json", chunks: arrayOf(myAttachments(app, actor)) };
  yield { name: "group_requests.json", chunks: arrayOf(myGroupRequests(app, actor)) };
  yield { name: "invites.json", chunks: arrayOf(inEach(app, actor, myInvites)) };
  yield { name: "reactions.json", chunks: arrayOf(inEach(app, actor, myReactions)) };
  yield { name: "edits.json", chunks: arrayOf(inEach(app, actor, myEdits)) };
  yield { name: "conversations.json", chunks: arrayOf(views(app, actor)) };
  for await (const ids of conversationIds(app, actor)) {
    for (const id of ids) {
      const source = await openSource(app, actor, id);
      yield { name: `conversations/${id}.jsonl`, chunks: jsonLines(source) };
    }
  }
}

/**
 * Exports everything about the actor, former conversations as they were when it left.
 * @throws `rateLimited` while another one is under way, `overloaded`.
 */
export function exportMe(app: App, actor: Actor): Export {
  requireRoom(app, "export");
  const leave = takePlace(app, `me ${actor.userId}`, atOnceMax);
  const stream = pulled(whileSignedIn(app, actor, zipped(files(app, actor))), (error) => {
    leave();
    if (error !== undefined) app.log.error("export failed", error, { userId: actor.userId });
  });
  return { ...stream, fileName: `patter ${app.clock.now().toISOString().slice(0, 10)}.zip` };
}
