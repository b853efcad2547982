/** What agents work on: lists, who is assigned, what is resolved, and what reopens it. */
import { strict as assert } from "node:assert";
import type { Page } from "../../schemas/fields.ts";
import type { SupportConversation, SupportInbox } from "../../schemas/support.ts";
import { readersOf, reads, textOf, viewOf } from "../support/chat.ts";
import { linesOf } from "../support/exports.ts";
import {
  adminAt,
  changesSupport,
  inboxOf,
  supportList,
  supportOf,
  visits,
} from "../support/inboxes.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);

async function scene() {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const inbox = await inboxOf(admin, [ana, bo]);
  const visitor = await visits(server, inbox.key, { visitor: { name: "Vi" } });
  return { ana, bo, inbox, visitor };
}

test("a visitor writes, an agent finds it, answers, and both have the same conversation", async () => {
  const { ana, inbox, visitor } = await scene();
  const live = await ana.connect();
  await visitor.person.says("help", visitor.id);
  await live.sees("help");
  const [found] = await supportList(ana);
  assert.equal(found!.conversation.id, visitor.id);
  assert.equal(found!.inboxId, inbox.id);
  assert.equal(found!.status, "open");
  assert.equal(found!.visitor.user.nickname, "Vi");
  assert.equal(found!.conversation.my.peer?.id, visitor.person.id);
  const there = await visitor.person.connect();
  await ana.says("hello", visitor.id);
  await there.sees("hello");
});

test("what is resolved is open again once the visitor writes, and not by an agent's word", async () => {
  const { ana, bo, inbox, visitor } = await scene();
  await visitor.person.says("one", visitor.id);
  assert.equal((await changesSupport(ana, visitor.id, { status: "resolved" })).status, "resolved");
  await ana.says("bye", visitor.id);
  assert.equal((await supportOf(bo, visitor.id)).status, "resolved");
  assert.deepEqual(await supportList(bo, "?status=open"), []);
  await visitor.person.says("two", visitor.id);
  assert.equal((await supportOf(bo, visitor.id)).status, "open");
  assert.equal((await supportList(bo, `?status=open&inboxId=${inbox.id}`)).length, 1);
});

test("counts tell what is open, mine and nobody's", async () => {
  const { ana, bo, inbox, visitor } = await scene();
  await visitor.person.says("one", visitor.id);
  const counts = async (agent: typeof ana) => {
    const path = "/v1/support/inboxes";
    const { items } = await agent.do<{ items: SupportInbox[] }>("GET", path);
    return items.map((
      { openCount, mineCount, unassignedCount },
    ) => [openCount, mineCount, unassignedCount]);
  };
  assert.deepEqual(await counts(ana), [[1, 0, 1]]);
  const { items } = await ana.do<{ items: SupportInbox[] }>("GET", "/v1/support/inboxes");
  assert.deepEqual(items[0]!.agents.toSorted(), [ana.id, bo.id].toSorted());
  await changesSupport(bo, visitor.id, { assigneeId: ana.id });
  assert.deepEqual(await counts(ana), [[1, 1, 0]]);
  assert.deepEqual(await counts(bo), [[1, 0, 0]]);
  await visits(server, inbox.key);
  assert.deepEqual(await counts(bo), [[1, 0, 0]], "who said nothing waits for nothing");
  const path = `/v1/support/conversations/${visitor.id}`;
  assertRefused(await bo.ask("PATCH", path, { assigneeId: admin.id }), 404, "notFound");
});

test("unread, mentions, readers and exports are those of a group", async () => {
  const { ana, bo, visitor } = await scene();
  const { person, id } = visitor;
  const path = `/v1/conversations/${id}/messages`;
  const body = { clientId: "m-1", kind: "text", body: { text: "hey" }, mentions: [ana.id] };
  const { seq } = await person.do<{ seq: number }>("POST", path, body);
  const mine = async (agent: typeof ana) => {
    const { unreadCount, mentioned } = (await viewOf(agent, id)).my;
    return [unreadCount, mentioned];
  };
  assert.deepEqual([await mine(ana), await mine(bo)], [[1, true], [1, false]]);
  await reads(ana, id, seq);
  assert.deepEqual(await mine(ana), [0, false]);
  assert.deepEqual(await readersOf(person, id, seq), { readBy: [ana.id], unreadBy: [bo.id] });
  const { head, lines } = await linesOf(bo, id);
  assert.equal(head.kind, "support");
  assert.deepEqual(lines.map(({ name, body }) => [name, textOf({ body })]), [["Vi", "hey"]]);
});

test("the list goes on page by page, the latest activity first", async () => {
  const { ana, inbox, visitor } = await scene();
  const came = [visitor];
  for (let count = 1; count < 5; count++) came.push(await visits(server, inbox.key));
  for (const { person, id } of came) await person.says("hello", id);
  await visitor.person.says("again", visitor.id);
  const seen: string[] = [];
  let cursor = "";
  do {
    const path = `/v1/support/conversations?limit=2${cursor}`;
    const page = await ana.do<Page<SupportConversation>>("GET", path);
    seen.push(...page.items.map(({ conversation }) => conversation.id));
    cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  const ids = came.map(({ id }) => id);
  assert.deepEqual(seen, [ids[0], ...ids.slice(1).reverse()]);
  const bad = "/v1/support/conversations?cursor=nonsense";
  assertRefused(await ana.ask("GET", bad), 400, "invalidInput");
});

test("lists are narrowed to mine, to nobody's, and to one inbox", async () => {
  const { ana, bo, inbox, visitor } = await scene();
  const second = await inboxOf(admin, [ana]);
  const there = await visits(server, second.key);
  for (const { person, id } of [visitor, there]) await person.says("hello", id);
  await changesSupport(bo, visitor.id, { assigneeId: ana.id });
  const ids = async (query: string) =>
    (await supportList(ana, query)).map(({ conversation }) => conversation.id);
  assert.deepEqual(await ids("?assignee=me"), [visitor.id]);
  assert.deepEqual(await ids("?assignee=none"), [there.id]);
  assert.deepEqual(await ids(`?inboxId=${inbox.id}`), [visitor.id]);
  assert.deepEqual(await ids("?assignee=any&status=open"), [there.id, visitor.id]);
  assert.deepEqual(await ids("?status=resolved"), []);
});
