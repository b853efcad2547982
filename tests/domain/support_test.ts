/** What agents work on: lists, who is assigned, what is resolved, and what reopens it. */
import { strict as assert } from "node:assert";
import type { SupportInbox } from "../../schemas/support.ts";
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
  await changesSupport(bo, visitor.id, { assigneeId: ana.id });
  assert.deepEqual(await counts(ana), [[1, 1, 0]]);
  assert.deepEqual(await counts(bo), [[1, 0, 0]]);
  await visits(server, inbox.key);
  assert.deepEqual(await counts(bo), [[1, 0, 0]], "who said nothing waits for nothing");
  const path = `/v1/support/conversations/${visitor.id}`;
  assertRefused(await bo.ask("PATCH", path, { assigneeId: admin.id }), 404, "notFound");
});
