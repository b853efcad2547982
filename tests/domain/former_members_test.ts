/** Former members: they read up to the moment they left, as it was then, and nothing after. */
import { strict as assert } from "node:assert";
import { changesOf, historyOf, listOf, readersOf, reads, viewOf } from "../support/chat.ts";
import { add, remove } from "../support/groups.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

interface Scene {
  readonly id: string;
  readonly owner: Person;
  readonly former: Person;
  readonly stays: Person;
}

/** A group that somebody has left, and in which everything has changed since. */
async function sceneOf(settings: Record<string, unknown> = {}): Promise<Scene> {
  const [owner, former, stays] = [
    await server.person("owner"),
    await server.person("former"),
    await server.person("stays"),
  ];
  const id = await server.group(owner, [former, stays], { name: "As it was", ...settings });
  await owner.do("PATCH", `/v1/groups/${id}`, { announcement: "Then" });
  await owner.says("then", id);
  await former.do("DELETE", `/v1/groups/${id}/members/${former.id}`);
  return { id, owner, former, stays };
}

async function changeEverything({ id, owner, stays }: Scene): Promise<Person> {
  const newcomer = await server.person("newcomer");
  await owner.do("PATCH", `/v1/groups/${id}`, {
    name: "As it is",
    announcement: "Now",
    avatarUrl: "https://example.org/now.png",
    mutedAll: true,
    joinPolicy: "invite",
    historyVisible: "all",
  });
  await add(owner, id, newcomer);
  await owner.says("now", id);
  await owner.do("POST", `/v1/groups/${id}/owner`, { userId: stays.id });
  return newcomer;
}

test("the view, the list, the group and the changes show it as it was, whatever has changed since", async () => {
  const scene = await sceneOf();
  const { id, former } = scene;
  const before = await viewOf(former, id);
  const pages = [await changesOf(former, id), await changesOf(former, id, "?afterRev=3")];
  assert.deepEqual([before.name, before.announcement, before.memberCount], [
    "As it was",
    "Then",
    2,
  ]);
  await changeEverything(scene);
  assert.deepEqual(await viewOf(former, id), before);
  assert.deepEqual(await former.do("GET", `/v1/groups/${id}`), before);
  const { items } = await listOf(former, `?changedSince=${(await listOf(former)).syncCursor}`);
  for (const item of items) assert.deepEqual(item, before);
  assert.deepEqual(pages[0]!.conversation?.name, "As it was");
  const { conversation, messages, rev } = await changesOf(former, id);
  assert.deepEqual(conversation, pages[0]!.conversation);
  assert.deepEqual(messages, pages[0]!.messages);
  assert.equal(rev, before.lastRev);
  const { members: _, ...rest } = await changesOf(former, id, "?afterRev=3");
  const { members: __, ...restBefore } = pages[1]!;
  assert.deepEqual(rest, restBefore);
});

test("no page of changes shows a former member anything of a rev after it left", async () => {
  const scene = await sceneOf();
  await changeEverything(scene);
  const { lastRev } = await viewOf(scene.former, scene.id);
  for (let afterRev = 0; afterRev <= lastRev + 2; afterRev++) {
    const page = await changesOf(scene.former, scene.id, `?afterRev=${afterRev}&limit=2`);
    const items = [...page.messages, ...page.members, ...[page.conversation ?? []].flat()];
    assert.ok(items.every(({ rev }) => rev <= lastRev));
    assert.ok(page.rev <= Math.max(lastRev, afterRev));
  }
});

test("history ends with the message that says so; nothing after is a message, read or replied to", async () => {
  const scene = await sceneOf();
  await changeEverything(scene);
  const { id, former } = scene;
  const { items } = await historyOf(former, id);
  const { lastSeq } = await viewOf(former, id);
  assert.equal(items.at(-1)!.seq, lastSeq);
  assert.deepEqual(items.at(-1)!.body, {
    event: "left",
    actorId: former.id,
    userIds: [former.id],
  });
  assert.deepEqual((await historyOf(former, id, `?afterSeq=${lastSeq}`)).items, []);
  const path = `/v1/conversations/${id}/messages`;
  assertRefused(await former.ask("GET", `${path}/${lastSeq + 1}/readers`), 404, "notFound");
  const reply = { clientId: "c", kind: "text", body: { text: "x" }, replyTo: lastSeq };
  assertRefused(await former.ask("POST", path, reply), 403, "notMember");
  assert.equal((await reads(former, id, lastSeq + 5)).readSeq, lastSeq);
});

test("readers are those whom the message was sent to, for a former member as of its time", async () => {
  const scene = await sceneOf({ historyVisible: "all" });
  const { id, owner, former, stays } = scene;
  const newcomer = await changeEverything(scene);
  const then = 3;
  assert.deepEqual((await historyOf(owner, id)).items[then - 1]?.body, { text: "then" });
  assert.deepEqual(await readersOf(former, id, then), {
    readBy: [],
    unreadBy: [former.id, stays.id].filter((userId) => userId !== former.id).sort(),
  });
  await reads(newcomer, id, then);
  assert.deepEqual(await readersOf(stays, id, then), { readBy: [], unreadBy: [stays.id] });
  await remove(stays, id, owner);
  await remove(stays, id, newcomer);
  await stays.do("DELETE", `/v1/groups/${id}`);
  assert.deepEqual(await readersOf(former, id, then), { readBy: [], unreadBy: [stays.id] });
});

test("a former member that comes back sees it as it is, from its return on", async () => {
  const scene = await sceneOf();
  const { id, former, stays } = scene;
  await changeEverything(scene);
  const { lastSeq } = await viewOf(stays, id);
  await stays.do("PATCH", `/v1/groups/${id}`, { historyVisible: "joined" });
  await add(stays, id, former);
  const { name, my, firstSeq, memberCount } = await viewOf(former, id);
  assert.deepEqual([name, my.leftAt, memberCount], ["As it is", null, 4]);
  assert.equal(firstSeq, lastSeq + 1);
  assert.equal((await historyOf(former, id)).items[0]!.seq, firstSeq);
});

test("a new member reads what came after it, or all when the group says so at that moment", async () => {
  const { id, owner } = await sceneOf();
  const [early, late] = [await server.person("early"), await server.person("late")];
  const { lastSeq } = await viewOf(owner, id);
  await add(owner, id, early);
  await owner.do("PATCH", `/v1/groups/${id}`, { historyVisible: "all" });
  await add(owner, id, late);
  assert.equal((await viewOf(early, id)).firstSeq, lastSeq + 1);
  assert.equal((await viewOf(late, id)).firstSeq, 1);
  const hidden = await changesOf(early, id);
  assert.ok(hidden.messages.every(({ seq }) => seq > lastSeq));
  assert.equal((await changesOf(late, id)).messages[0]!.seq, 1);
  const path = `/v1/conversations/${id}/messages`;
  assertRefused(await early.ask("GET", `${path}/${lastSeq}/readers`), 404, "notFound");
  const reply = { clientId: "c", kind: "text", body: { text: "x" }, replyTo: lastSeq };
  assertRefused(await early.ask("POST", path, reply), 404, "notFound");
});

test("the dismissal of a group is nothing that a former member hears of", async () => {
  const { id, owner, former } = await sceneOf();
  const before = await viewOf(former, id);
  const client = await former.connect();
  await owner.do("DELETE", `/v1/groups/${id}`);
  assert.deepEqual(await viewOf(former, id), before);
  await client.call("ping");
  assert.deepEqual(client.told.map(({ method }) => method), ["session.ready"]);
});

test("messages that change after somebody has left are to them as they were, but for a recall", async () => {
  const { id, owner, former, stays } = await sceneOf();
  const then = 3;
  await acts(stays, id).react(then, "👍");
  const later = await historyOf(former, id);
  const untouched = later.items.find(({ seq }) => seq === then)!;
  assert.deepEqual([untouched.body, untouched.reactions], [{ text: "then" }, undefined]);
  await acts(owner, id).edit(then, "now");
  await acts(owner, id).edit(then, "now again");
  await acts(owner, id).pin(then);
  await acts(owner, id).react(4, "🎉");
  const { lastRev, lastMessage } = await viewOf(former, id);
  const seen = (await historyOf(former, id)).items;
  assert.deepEqual(seen.find(({ seq }) => seq === then), { ...untouched, rev: lastRev });
  assert.equal(lastMessage?.reactions, undefined);
  const own = await server.group(former, []);
  const from = { conversationId: id, seqs: [then] };
  await former.do("POST", `/v1/conversations/${own}/messages/forward`, { clientId: "f", from });
  assert.deepEqual((await historyOf(former, own)).items.at(-1)!.body, { text: "then" });
  await acts(owner, id).recall(then);
  const recalled = (await historyOf(former, id)).items.find(({ seq }) => seq === then)!;
  assert.deepEqual([recalled.body, recalled.recalledAt === undefined], [null, false]);
});

test("what was edited, reacted to and pinned before somebody left stays so to them", async () => {
  const { id, owner, former } = await sceneOf();
  await add(owner, id, former);
  const { seq } = await owner.says("first", id);
  await acts(owner, id).edit(seq, "second");
  await acts(former, id).react(seq, "👍");
  await acts(owner, id).pin(seq);
  const before = (await historyOf(former, id)).items.find((message) => message.seq === seq)!;
  await remove(owner, id, former);
  await acts(owner, id).edit(seq, "third");
  await acts(owner, id).react(seq, "🎉");
  const { lastRev } = await viewOf(former, id);
  const after = (await historyOf(former, id)).items.find((message) => message.seq === seq)!;
  assert.deepEqual(after, { ...before, rev: lastRev });
});
