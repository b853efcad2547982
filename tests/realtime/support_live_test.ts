/** What agents are told live of their visitors, on whichever instance, and what both sides see of each other. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { SupportChange } from "../../schemas/support.ts";
import { viewOf } from "../support/chat.ts";
import type { Client } from "../support/client.ts";
import {
  adminAt,
  changesSupport,
  identityOf,
  identitySecret,
  inboxOf,
  notes,
  visits,
} from "../support/inboxes.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const other = await world.instance({}, { bus });
const admin = await adminAt(world, server);

async function scene() {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const inbox = await inboxOf(admin, [ana, bo], { identitySecret });
  const agents = [await ana.connect(), await bo.connect(other)];
  return { ana, bo, inbox, agents };
}

/** Each of them hears of the same change. */
async function hear(agents: readonly Client[], what: Partial<SupportChange>): Promise<void> {
  for (const agent of agents) {
    await agent.next(
      "support.changed",
      (change) =>
        Object.entries(what).every(([key, value]) => change[key as keyof SupportChange] === value),
    );
  }
}

test("agents hear who comes, where they are, whose they are, and what is resolved", async () => {
  const { ana, bo, inbox, agents } = await scene();
  const { person, id: conversationId } = await visits(server, inbox.key);
  await hear(agents, { conversationId, status: "open", assigneeId: null });
  for (const agent of agents) await agent.next("conversation.joined");
  await person.do("PATCH", "/v1/widget/visitor", { page: "https://shop.example/a", locale: "de" });
  for (const agent of agents) {
    const { visitor } = await agent.next("support.changed", ({ visitor }) => visitor.page !== null);
    assert.deepEqual([visitor.page, visitor.locale], ["https://shop.example/a", "de"]);
    assert.deepEqual([visitor.verified, visitor.user.id], [false, person.id]);
  }
  await changesSupport(ana, conversationId, { assigneeId: bo.id });
  await hear(agents, { conversationId, assigneeId: bo.id });
  await changesSupport(bo, conversationId, { status: "resolved" });
  await hear(agents, { conversationId, status: "resolved", assigneeId: bo.id });
});

test("the word that opens a conversation again is told once, those after it are not", async () => {
  const { ana, inbox, agents } = await scene();
  const { person, id: conversationId } = await visits(server, inbox.key);
  await hear(agents, { conversationId });
  await person.says("one", conversationId);
  await hear(agents, { conversationId, status: "open" });
  await changesSupport(ana, conversationId, { status: "resolved" });
  await hear(agents, { conversationId, status: "resolved" });
  const live = await person.connect(other);
  const body = { conversationId, clientId: "two", kind: "text", body: { text: "two" } };
  await live.call("message.send", body);
  await hear(agents, { conversationId, status: "open" });
  const told = agents[0]!.all("support.changed").length;
  await person.says("three", conversationId);
  await notes(ana, conversationId, "a mark behind it");
  await agents[0]!.next("support.noted");
  assert.equal(agents[0]!.all("support.changed").length, told);
});

test("what is changed to what it is already is told to nobody", async () => {
  const { ana, inbox, agents } = await scene();
  const { id } = await visits(server, inbox.key);
  await hear(agents, { conversationId: id });
  const told = agents[0]!.all("support.changed").length;
  await changesSupport(ana, id, { status: "open", assigneeId: null });
  await changesSupport(ana, id, {});
  await notes(ana, id, "a mark behind it");
  await agents[0]!.next("support.noted");
  assert.equal(agents[0]!.all("support.changed").length, told);
});

test("a deleted note is told to the agents", async () => {
  const { ana, inbox, agents } = await scene();
  const { id: conversationId } = await visits(server, inbox.key);
  const { id: noteId } = await notes(ana, conversationId, "x");
  await ana.do("DELETE", `/v1/support/conversations/${conversationId}/notes/${noteId}`);
  for (const agent of agents) {
    assert.deepEqual(await agent.next("support.noteDeleted"), { conversationId, noteId });
  }
});

test("a visitor's new name is its agents' peer at once, an agent's is told to the visitor", async () => {
  const { ana, inbox, agents } = await scene();
  const { person, id } = await visits(server, inbox.key, { visitor: { name: "Vi" } });
  const live = await person.connect(other);
  await person.do("PATCH", "/v1/widget/visitor", { name: "Violet" });
  for (const agent of agents) {
    const { my } = await agent.next("conversation.my");
    assert.equal(my.peer?.nickname, "Violet");
  }
  await ana.do("PATCH", "/v1/users/me", { nickname: "Anna" });
  assert.equal((await live.next("user.changed", (user) => user.id === ana.id)).nickname, "Anna");
  assert.equal((await viewOf(person, id)).my.peer, null);
});

test("both sides see each other type, read and be there; another visitor sees neither", async () => {
  const { ana, inbox, agents } = await scene();
  const { person, id } = await visits(server, inbox.key);
  const { person: another } = await visits(server, inbox.key);
  const [live, apart] = [await person.connect(), await another.connect()];
  const online = async (watcher: Client, userId: string) =>
    (await watcher.call("presence.watch", { userIds: [userId] })).presences[0]!.online;
  assert.equal(await online(live, ana.id), true);
  assert.equal(await online(apart, person.id), false);
  await agents[0]!.call("presence.watch", { userIds: [person.id] });
  await live.call("conversation.typing", { conversationId: id, typing: true });
  assert.equal((await agents[0]!.next("conversation.typing")).userId, person.id);
  const { seq } = await person.says("hello", id);
  await agents[1]!.call("conversation.read", { conversationId: id, seq });
  assert.equal((await live.next("conversation.read")).readSeq, seq);
  await apart.call("ping");
  assert.deepEqual(apart.all("conversation.typing"), []);
  assert.deepEqual(apart.all("changes"), []);
});

test("what one device of a visitor says, its other one sees", async () => {
  const { inbox } = await scene();
  const identityToken = identityOf("two devices");
  const one = await visits(server, inbox.key, { identityToken });
  const two = await visits(other, inbox.key, { identityToken });
  const live = await two.person.connect(other);
  await one.person.says("from the other one", one.id);
  await live.sees("from the other one");
});
