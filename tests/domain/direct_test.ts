/** The conversation of two: one, from whichever side, for friends. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { users } from "../../db/schema/mod.ts";
import type { Problem } from "../../errors.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { changesOf, listOf, viewOf } from "../support/chat.ts";
import { numbersOf } from "../support/numbering.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

function opens(by: Person, userId: string) {
  return by.ask<Conversation>("POST", "/v1/conversations/direct", { userId });
}

async function friends() {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  await server.befriend(ana, bo);
  return { ana, bo };
}

test("both sides open the same conversation, however often, and each sees the other as peer", async () => {
  const { ana, bo } = await friends();
  const first = await opens(ana, bo.id);
  assert.equal(first.status, 200);
  const { id, rev, updatedAt, my, ...rest } = first.body;
  assert.deepEqual(rest, {
    kind: "direct",
    name: null,
    avatarUrl: null,
    ownerId: null,
    joinPolicy: null,
    historyVisible: "all",
    announcement: null,
    mutedAll: false,
    retentionDays: null,
    memberCount: 2,
    dismissedAt: null,
    firstSeq: 1,
    lastSeq: 0,
    lastRev: rev,
    lastMessage: null,
  });
  assert.deepEqual(my, {
    peer: { ...my.peer!, id: bo.id },
    role: "member",
    readSeq: 0,
    unreadCount: 0,
    mentioned: false,
    pinned: false,
    notify: "all",
    hidden: false,
    draft: null,
    clearedSeq: 0,
    deletedRanges: [],
    joinedAt: updatedAt,
    leftAt: null,
  });
  assert.deepEqual(Object.keys(my.peer!).sort(), [
    "avatarUrl",
    "bio",
    "id",
    "nickname",
    "role",
    "sex",
    "username",
  ]);
  assert.deepEqual((await opens(ana, bo.id)).body, first.body);
  const theirs = (await opens(bo, ana.id)).body;
  assert.deepEqual([theirs.id, theirs.my.peer?.id], [id, ana.id]);
  assert.deepEqual(await viewOf(bo, id), theirs);
  assert.equal((await changesOf(ana, id)).members.length, 2);
});

test("opened from both sides at once, over and over, it is one and tells of itself once", async () => {
  const { ana, bo } = await friends();
  const [anaLive, boLive] = [await ana.connect(), await bo.connect()];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, place) => place % 2 ? opens(ana, bo.id) : opens(bo, ana.id)),
  );
  const ids = new Set(answers.map(({ body }) => body.id));
  assert.equal(ids.size, 1);
  const [id] = [...ids] as [string];
  assert.deepEqual(await numbersOf(world, id), { lastSeq: 0, lastRev: 3, messages: [] });
  await ana.says("hello", id);
  for (const [live, peer] of [[anaLive, bo], [boLive, ana]] as const) {
    await live.sees("hello");
    const joined = live.all("conversation.joined");
    assert.deepEqual(joined.map(({ conversation }) => conversation.my.peer?.id), [peer.id]);
  }
});

test("oneself, an unknown user and no id at all are refused", async () => {
  const ana = await server.person("ana");
  const self = await ana.ask("POST", "/v1/conversations/direct", { userId: ana.id });
  assertRefused(self, 400, "invalidInput");
  assert.deepEqual(self.body.errors?.map(({ path }) => path), ["userId"]);
  assertRefused(await opens(ana, crypto.randomUUID()), 404, "notFound");
  for (const userId of ["x", "", null, 5, ana.id.toUpperCase()]) {
    const answer = await ana.ask("POST", "/v1/conversations/direct", { userId });
    assertRefused(answer, 400, "invalidInput");
  }
});

test("strangers are told notFriends, also while a request is pending", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  assertRefused(await opens(ana, bo.id), 403, "notFriends");
  await ana.do("POST", "/v1/friend-requests", { userId: bo.id });
  assertRefused(await opens(ana, bo.id), 403, "notFriends");
  assertRefused(await opens(bo, ana.id), 403, "notFriends");
  assert.deepEqual((await listOf(bo)).items, []);
});

test("who were friends once and never spoke may not begin to", async () => {
  const { ana, bo } = await friends();
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  assertRefused(await opens(ana, bo.id), 403, "notFriends");
});

test("after the friendship has ended both still read what was said", async () => {
  const { ana, bo } = await friends();
  const { id } = (await opens(ana, bo.id)).body;
  await ana.says("hello", id);
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  for (const person of [ana, bo]) {
    assert.equal((await viewOf(person, id)).lastMessage?.seq, 1);
    assert.deepEqual((await listOf(person)).items.map((item) => item.id), [id]);
  }
  assertRefused(await opens(ana, bo.id), 403, "notFriends");
});

test("with DIRECT_POLICY=anyone no friendship is needed", async () => {
  const anyone = await world.instance({ DIRECT_POLICY: "anyone" });
  const [ana, bo] = [await anyone.person("ana"), await anyone.person("bo")];
  const { status, body } = await opens(ana, bo.id);
  assert.equal(status, 200);
  assert.equal((await opens(bo, ana.id)).body.id, body.id);
});

for (const policy of ["friends", "anyone"] as const) {
  const after = policy === "anyone" ? 200 : "notFriends";

  test(`with ${policy}, who blocks opens nothing: blocked, and the other notFriends, until it ends`, async () => {
    const at = await world.instance({ DIRECT_POLICY: policy });
    const { ana, bo, id } = await at.pair();
    const [cy, dan] = [await at.person("cy"), await at.person("dan")];
    for (const [one, other] of [[ana, bo], [cy, dan]] as const) {
      await one.do("PUT", `/v1/blocks/${other.id}`);
      assertRefused(await opens(one, other.id), 403, "blocked");
      assertRefused(await opens(other, one.id), 403, "notFriends");
      await other.do("PUT", `/v1/blocks/${one.id}`);
      assertRefused(await opens(other, one.id), 403, "blocked");
      await one.do("DELETE", `/v1/blocks/${other.id}`);
      assertRefused(await opens(one, other.id), 403, "notFriends");
      await other.do("DELETE", `/v1/blocks/${one.id}`);
      for (const [by, whom] of [[one, other], [other, one]] as const) {
        const { status, body } = await opens(by, whom.id);
        assert.equal(status === 200 ? status : (body as unknown as Problem).code, after);
        if (status === 200 && one === ana) assert.equal(body.id, id);
      }
    }
    const listed = (await listOf(dan)).items.length;
    assert.equal(listed, policy === "anyone" ? 1 : 0);
  });
}

test("guests open none, and nobody opens one with them", async () => {
  const at = await world.instance({ DIRECT_POLICY: "anyone" });
  const [ana, signedUp] = [await at.person("ana"), await at.person("guest")];
  await world.database.orm.update(users).set({ role: "guest" }).where(eq(users.id, signedUp.id));
  const guest = await signedUp.again();
  assertRefused(await opens(guest, ana.id), 403, "notAllowed");
  assert.deepEqual((await listOf(guest)).items, []);
  assertRefused(await opens(ana, guest.id), 403, "notAllowed");
  assert.deepEqual((await listOf(ana)).items, []);
});

test("three people have three conversations", async () => {
  const { ana, bo } = await friends();
  const cy = await server.person("cy");
  await server.befriend(ana, cy);
  await server.befriend(cy, bo);
  const opened = await Promise.all([opens(ana, bo.id), opens(bo, cy.id), opens(cy, ana.id)]);
  assert.equal(new Set(opened.map(({ body }) => body.id)).size, 3);
});
