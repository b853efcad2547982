/** A profile that changes: whose screens are told, what they are told, and how often. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { rowsOf } from "../../db/client.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Me, User } from "../../schemas/users.ts";
import type { Problem } from "../../errors.ts";
import { listOf, viewOf } from "../support/chat.ts";
import type { Client } from "../support/client.ts";
import { remove } from "../support/groups.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const other = await world.instance({}, { bus });

function change(person: Person, patch: unknown): Promise<Me> {
  return person.do<Me>("PATCH", "/v1/users/me", patch);
}

function userOf(person: Person): Promise<User> {
  return person.do<User>("GET", `/v1/users/${person.id}`);
}

/** What a client of the same instance has been told, once all that was sent to it has come. */
async function toldOf(client: Client): Promise<{ users: User[]; peers: (User | null)[] }> {
  await client.call("ping");
  return {
    users: client.all("user.changed"),
    peers: client.all("conversation.my").map(({ my }) => my.peer),
  };
}

const nothing = { users: [], peers: [] };

test("my devices, my friends and the members of my groups are told, on every instance", async () => {
  const ana = await server.person("ana", { phone: "+4915112349001" });
  const [friend, member] = [await other.person("friend"), await other.person("member")];
  await server.befriend(ana, friend);
  await server.group(member, [ana]);
  const clients = [
    await ana.connect(),
    await ana.connect(other),
    await friend.connect(),
    await friend.connect(server),
    await member.connect(),
    await member.connect(server),
  ];
  const all = {
    nickname: "Ana B",
    avatarUrl: "https://example.org/a.png",
    sex: "female",
    bio: "About me",
  };
  await change(ana, all);
  const user = await userOf(ana);
  assert.deepEqual(user, { ...user, ...all });
  for (const client of clients) {
    assert.deepEqual(await client.next("user.changed"), user);
    assert.ok(!JSON.stringify(client.received).includes("+4915112349001"));
  }
});

test("the other of two gets the whole of its side of the conversation", async () => {
  const { ana, bo, id } = await server.pair();
  await ana.says("unread", id);
  const clients = [await bo.connect(), await bo.connect(other)];
  const mine = await ana.connect();
  await change(ana, { nickname: "Ana B" });
  const { my } = await viewOf(bo, id);
  assert.deepEqual([my.peer, my.unreadCount], [await userOf(ana), 1]);
  for (const client of clients) {
    assert.deepEqual(await client.next("conversation.my"), { conversationId: id, my });
  }
  assert.deepEqual((await toldOf(mine)).peers, [], "my own side shows the other");
});

test("who is a friend no more but shares a conversation sees its peer change", async () => {
  const { ana, bo, id } = await server.pair();
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  const client = await bo.connect();
  await change(ana, { bio: "New" });
  const user = await userOf(ana);
  assert.deepEqual((await client.next("conversation.my")).my.peer, user);
  assert.deepEqual(await toldOf(client), { users: [], peers: [user] });
  assert.deepEqual((await viewOf(bo, id)).my.peer, user);
});

test("each of many conversations of two is told to its own peer", async () => {
  const ana = await server.person("ana");
  const peers: { person: Person; client: Client; id: string }[] = [];
  for (let number = 0; number < 5; number++) {
    const person = await server.person("peer");
    await server.befriend(ana, person);
    const { id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", {
      userId: person.id,
    });
    peers.push({ person, client: await person.connect(), id });
  }
  await change(ana, { nickname: "Ana B" });
  for (const { client, id } of peers) {
    const { conversationId, my } = await client.next("conversation.my");
    assert.deepEqual([conversationId, my.peer?.nickname], [id, "Ana B"]);
  }
});

test("strangers, former friends and former members are told nothing", async () => {
  const ana = await server.person("ana");
  const [stranger, exFriend, removed] = [
    await server.person("stranger"),
    await server.person("friend"),
    await server.person("removed"),
  ];
  await server.befriend(ana, exFriend);
  await ana.do("DELETE", `/v1/friends/${exFriend.id}`);
  const mine = await server.group(ana, [removed]);
  await remove(ana, mine, removed);
  // Of which it is I who am a former member.
  const theirs = await server.group(removed, [ana]);
  await remove(removed, theirs, ana);
  const clients = [await stranger.connect(), await exFriend.connect(), await removed.connect()];
  await change(ana, { nickname: "Ana B" });
  for (const client of clients) assert.deepEqual(await toldOf(client), nothing);
});

test("what others do not see, and what is as it was, is told to nobody", async () => {
  const { ana, bo } = await server.pair();
  await change(ana, { nickname: "Ana", bio: "Here", sex: "female" });
  const clients = [await ana.connect(), await bo.connect()];
  await change(ana, { locale: "pt-BR", findableByPhone: false });
  await change(ana, { nickname: "Ana", bio: "Here", sex: "female", avatarUrl: null });
  await change(ana, {});
  for (const client of clients) assert.deepEqual(await toldOf(client), nothing);
  await change(ana, { nickname: "Ana", bio: null, locale: null });
  assert.deepEqual((await toldOf(clients[1]!)).users, [await userOf(ana)]);
});

/** A cursor of this person's list that nothing lies behind. */
function quietCursor(person: Person): Promise<string> {
  return until("nothing else is under way", async () => {
    const { syncCursor } = await listOf(person);
    const { items } = await listOf(person, `?changedSince=${syncCursor}`);
    return items.length === 0 ? syncCursor : "";
  });
}

test("whoever was away finds the conversations whose peer has changed, and no others", async () => {
  const { ana, bo, id } = await server.pair();
  await server.group(ana, [bo]);
  const cursors = { ana: await quietCursor(ana), bo: await quietCursor(bo) };
  await change(ana, { nickname: "Ana", locale: "de", findableByPhone: false });
  const renamed = await listOf(bo, `?changedSince=${cursors.bo}`);
  assert.deepEqual(renamed.items.map((item) => [item.id, item.my.peer?.nickname]), [[id, "Ana"]]);
  assert.deepEqual((await listOf(ana, `?changedSince=${cursors.ana}`)).items, []);
  const cursor = await quietCursor(bo);
  await change(ana, { nickname: "Ana", locale: "fr" });
  assert.deepEqual((await listOf(bo, `?changedSince=${cursor}`)).items, []);
});

test("of changes that follow closely on one another the last is told last", async () => {
  const { ana, bo } = await server.pair();
  const client = await bo.connect();
  const wanted = Array.from({ length: 12 }, (_, number) => `Ana ${number}`);
  await Promise.all(wanted.map((nickname) => change(ana, { nickname })));
  const { users, peers } = await toldOf(client);
  const now = await userOf(ana);
  assert.deepEqual([users.at(-1), peers.at(-1)], [now, now]);
});

test("what others see changes twenty times a minute at most, the rest as often as one likes", async () => {
  const strict = await world.instance({ RATE_LIMITS: "on", PASSWORD_COST: "14" });
  const ana = await server.person("ana");
  const ask = (patch: unknown) =>
    strict.ask<Problem>("PATCH", "/v1/users/me", patch, {
      authorization: `Bearer ${ana.session.accessToken}`,
    });
  for (let number = 1; number <= 20; number++) {
    assert.equal((await ask({ nickname: `Ana ${number}` })).status, 200);
    assert.equal((await ask({ nickname: `Ana ${number}`, locale: "de" })).status, 200);
  }
  const refused = await ask({ bio: "One too many", locale: "fr" });
  assertRefused(refused, 429, "rateLimited");
  assert.ok(refused.body.retryAfterMs! > 0 && refused.body.retryAfterMs! <= 60_000);
  assert.notEqual(refused.headers.get("retry-after"), null);
  const me = await ana.do<Me>("GET", "/v1/users/me");
  assert.deepEqual([me.nickname, me.bio, me.locale], ["Ana 20", null, "de"]);
  assert.equal((await ask({ locale: "fr", findableByPhone: false })).status, 200);
  world.clock.advanceMs(60_001);
  assert.equal((await ask({ bio: "Again" })).status, 200);
});

test("a profile change touches the rows of my peers and no others", async () => {
  const { ana, bo, id } = await server.pair();
  const group = await server.group(ana, [bo]);
  const stamps = () =>
    rowsOf<{ id: string; of: string; stamp: string }>(
      world.database.orm,
      sql`select conversation_id as id, user_id as of, changed_xid::text as stamp from members
        where conversation_id in (${id}, ${group}) order by 1, 2`,
    );
  const before = await stamps();
  await change(ana, { sex: "female" });
  const after = await stamps();
  const changed = after.filter(({ stamp }, place) => stamp !== before[place]!.stamp);
  assert.deepEqual(changed.map(({ id, of }) => [id, of]), [[id, bo.id]]);
});
