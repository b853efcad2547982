/** Friend requests listed by box and status, handled at the same time, and told live. */
import { strict as assert } from "node:assert";
import { and, eq, or } from "drizzle-orm";
import { friendRequests, friendships } from "../../db/schema/mod.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Page } from "../../schemas/fields.ts";
import type { FriendRequest } from "../../schemas/friends.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });

function list(person: Person, query = ""): Promise<Page<FriendRequest>> {
  return person.do("GET", `/v1/friend-requests${query}`);
}

function ask(from: Person, to: Person) {
  return from.ask<FriendRequest>("POST", "/v1/friend-requests", { userId: to.id });
}

async function crowd(count: number): Promise<Person[]> {
  return await Promise.all(Array.from({ length: count }, () => server.person("one")));
}

async function between(one: Person, other: Person) {
  const { orm } = world.database;
  const { requesterId, addresseeId } = friendRequests;
  const { userId, friendId } = friendships;
  const requests = await orm.select().from(friendRequests).where(or(
    and(eq(requesterId, one.id), eq(addresseeId, other.id)),
    and(eq(requesterId, other.id), eq(addresseeId, one.id)),
  ));
  const friends = await orm.select().from(friendships).where(or(
    and(eq(userId, one.id), eq(friendId, other.id)),
    and(eq(userId, other.id), eq(friendId, one.id)),
  ));
  return { statuses: requests.map(({ status }) => status), friends: friends.length };
}

test("incoming and outgoing are two boxes, incoming when none is named", async () => {
  const [ana, bo, cy] = await crowd(3) as [Person, Person, Person];
  const [toBo, fromCy] = [(await ask(ana, bo)).body, (await ask(cy, ana)).body];
  assert.deepEqual((await list(ana, "?box=incoming")).items, [fromCy]);
  assert.deepEqual((await list(ana, "?box=outgoing")).items, [toBo]);
  assert.deepEqual(await list(ana), await list(ana, "?box=incoming"));
  assert.deepEqual((await list(bo, "?box=outgoing")).items, []);
});

test("a list may be of one status, and is of all when none is named", async () => {
  const [ana, ...others] = await crowd(5) as [Person, ...Person[]];
  const requests = [];
  for (const other of others) requests.push((await ask(other, ana)).body);
  const paths = requests.map(({ id }) => `/v1/friend-requests/${id}`);
  await ana.do("POST", `${paths[0]}/accept`, {});
  await ana.do("POST", `${paths[1]}/refuse`, {});
  await others[2]!.do("DELETE", paths[2]!);
  const places = { accepted: 0, refused: 1, cancelled: 2, pending: 3 };
  for (const [status, place] of Object.entries(places)) {
    const { items } = await list(ana, `?status=${status}`);
    assert.deepEqual(items.map(({ id }) => id), [requests[place]!.id]);
    const theirs = await list(others[place]!, `?box=outgoing&status=${status}`);
    assert.deepEqual(theirs.items, items);
  }
  assert.equal((await list(ana)).items.length, 4);
});

test("pages come newest first and follow one another by cursor", async () => {
  const [ana, late, ...others] = await crowd(9) as [Person, Person, ...Person[]];
  const ids: string[] = [];
  for (const other of others) ids.unshift((await ask(other, ana)).body.id);
  const first = await list(ana, "?limit=3");
  await ask(late, ana);
  const next = await list(ana, `?limit=3&cursor=${first.nextCursor}`);
  const last = await list(ana, `?limit=3&cursor=${next.nextCursor}`);
  const pages = [first, next, last];
  assert.deepEqual(pages.flatMap(({ items }) => items.map(({ id }) => id)), ids);
  assert.deepEqual(pages.map(({ items }) => items.length), [3, 3, 1]);
  assert.equal(last.nextCursor, null);
});

test("a box, a status, a limit or a cursor that does not exist is refused", async () => {
  const [ana] = await crowd(1) as [Person];
  for (const query of ["box=all", "status=open", "limit=0", "limit=101", "cursor=x", "box="]) {
    assertRefused(await ana.ask("GET", `/v1/friend-requests?${query}`), 400, "invalidInput");
  }
});

test("two who ask each other at the same time end as friends with nothing pending", async () => {
  for (let round = 0; round < 8; round++) {
    const [ana, bo] = await crowd(2) as [Person, Person];
    const pairs = [[ana, bo], [bo, ana], [ana, bo], [bo, ana]] as const;
    const answers = await Promise.all(pairs.map(([from, to]) => ask(from, to)));
    for (const { status, body } of answers) {
      assert.ok([200, 201, 409].includes(status), JSON.stringify(body));
    }
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.deepEqual(await between(ana, bo), { statuses: ["accepted"], friends: 2 });
  }
});

test("one who asks several times at once has asked once", async () => {
  const [ana, bo] = await crowd(2) as [Person, Person];
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(ana, bo)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  assert.deepEqual(await between(ana, bo), { statuses: ["pending"], friends: 0 });
});

test("of accepting, refusing and taking back at once, exactly one counts", async () => {
  for (let round = 0; round < 5; round++) {
    const [ana, bo] = await crowd(2) as [Person, Person];
    const { id } = (await ask(ana, bo)).body;
    const path = `/v1/friend-requests/${id}`;
    const answers = await Promise.all([
      bo.ask("POST", `${path}/accept`, {}),
      bo.ask("POST", `${path}/refuse`, {}),
      ana.ask("DELETE", path),
      bo.ask("POST", `${path}/accept`, {}),
    ]);
    const done = answers.map(({ status }) => status < 300);
    assert.equal(done.filter(Boolean).length, 1);
    for (const answer of answers.filter(({ status }) => status >= 300)) {
      assertRefused(answer, 409, "alreadyHandled");
    }
    const status = ["accepted", "refused", "cancelled", "accepted"][done.indexOf(true)];
    const friends = status === "accepted" ? 2 : 0;
    assert.deepEqual(await between(ana, bo), { statuses: [status], friends });
  }
});

test("a request is told to all devices of its addressee, here and elsewhere, and to no one else", async () => {
  const [ana, bo, cy] = await crowd(3) as [Person, Person, Person];
  const theirs = [await bo.connect(), await bo.connect(), await bo.connect(second)];
  const others = [await ana.connect(), await cy.connect(), await cy.connect(second)];
  const { body } = await ask(ana, bo);
  for (const live of theirs) assert.deepEqual(await live.next("friend.requested"), body);
  await ask(ana, bo);
  for (const live of [...theirs, ...others]) await live.call("ping");
  for (const live of theirs) assert.equal(live.all("friend.requested").length, 1);
  for (const live of others) assert.deepEqual(live.all("friend.requested"), []);
});

test("what became of a request is told to all devices of both", async () => {
  const [ana, bo, cy] = await crowd(3) as [Person, Person, Person];
  const lives = [await ana.connect(), await ana.connect(second), await bo.connect()];
  const stranger = await cy.connect();
  const first = (await ask(ana, bo)).body;
  await ana.do("DELETE", `/v1/friend-requests/${first.id}`);
  const refused = (await ask(ana, bo)).body;
  await bo.do("POST", `/v1/friend-requests/${refused.id}/refuse`, { message: "No" });
  const accepted = (await ask(ana, bo)).body;
  await bo.do("POST", `/v1/friend-requests/${accepted.id}/accept`, {});
  const expected = [[first.id, "cancelled"], [refused.id, "refused"], [accepted.id, "accepted"]];
  for (const live of lives) {
    await live.next("friend.added");
    const told = live.all("friend.handled").map(({ id, status }) => [id, status]);
    assert.deepEqual(told, expected);
    assert.equal(live.all("friend.handled")[1]!.handleMessage, "No");
  }
  await stranger.call("ping");
  for (const name of ["friend.requested", "friend.handled", "friend.added"] as const) {
    assert.deepEqual(stranger.all(name), []);
  }
});

test("a request that meets another is told as handled, not as a new one", async () => {
  const [ana, bo] = await crowd(2) as [Person, Person];
  const { body } = await ask(ana, bo);
  const lives = [[await ana.connect(), bo], [await bo.connect(), ana]] as const;
  await ask(bo, ana);
  for (const [live, friend] of lives) {
    const handled = await live.next("friend.handled");
    assert.deepEqual([handled.id, handled.status], [body.id, "accepted"]);
    assert.equal((await live.next("friend.added")).user.id, friend.id);
    assert.deepEqual(live.all("friend.requested"), []);
  }
});

test("a connection begins with how many requests wait for an answer", async () => {
  const [ana, ...others] = await crowd(4) as [Person, ...Person[]];
  const requests = [];
  for (const other of others) requests.push((await ask(other, ana)).body);
  await ana.do("POST", `/v1/friend-requests/${requests[0]!.id}/refuse`, {});
  const live = await ana.connect();
  assert.deepEqual(live.all("session.ready")[0]!.pending, { friendRequests: 2, groupRequests: 0 });
});
