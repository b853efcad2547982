/** Whose presence is seen: it ends and begins with friendship, shared conversations and blocks, on live connections. */
import { strict as assert } from "node:assert";
import { LossyBus } from "../support/lossy_bus.ts";
import {
  isGone,
  isSeen,
  Presences,
  settled,
  toldOf,
  wantsToBe,
  watch,
  wordOf,
} from "../support/presence.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const presences = new Presences(world, bus.connect);
const one = await presences.instance();
const other = await presences.instance();

const unseen = ({ id: userId }: Person) => ({
  userId,
  online: false,
  lastSeenAt: null,
  platforms: [],
});

async function two(): Promise<[Person, Person]> {
  return [await one.person("ana"), await other.person("bo")];
}

/** Both are connected, on two instances, and the first watches the other. */
async function watching(ana: Person, bo: Person, isOnline = true) {
  const [watcher, live] = [await ana.connect(), await bo.connect()];
  await settled(one, other);
  assert.equal((await watch(watcher, bo))[0]!.online, isOnline);
  return { watcher, live };
}

test("a friendship that ends takes presence away at once, one that begins gives it", async () => {
  const [ana, bo] = await two();
  await one.befriend(ana, bo);
  const { watcher, live } = await watching(ana, bo);
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  assert.deepEqual(await wordOf(watcher, bo), unseen(bo));
  await wantsToBe(live, "away");
  await wantsToBe(live, "online");
  await presences.passMs(60_000);
  assert.deepEqual(toldOf(watcher, bo), [false]);
  assert.deepEqual(await isSeen(watcher, bo), unseen(bo));
  await one.befriend(ana, bo);
  assert.equal((await wordOf(watcher, bo)).online, true);
});

for (const leaves of ["watcher", "watched"] as const) {
  test(`a group that the ${leaves} leaves takes presence away, coming back gives it`, async () => {
    const [ana, bo] = await two();
    const owner = await one.person("owner");
    const id = await one.group(owner, [ana, bo]);
    const { watcher } = await watching(ana, bo);
    const goes = leaves === "watcher" ? ana : bo;
    await owner.do("DELETE", `/v1/groups/${id}/members/${goes.id}`);
    assert.deepEqual(await wordOf(watcher, bo), unseen(bo));
    await goes.do("POST", `/v1/groups/${id}/join`, {});
    assert.equal((await wordOf(watcher, bo)).online, true);
  });
}

test("a group that is dismissed takes presence away, another that both are in leaves it", async () => {
  const [ana, bo] = await two();
  const owner = await one.person("owner");
  const [first, second] = [await one.group(owner, [ana, bo]), await one.group(owner, [ana, bo])];
  const { watcher } = await watching(ana, bo);
  await owner.do("DELETE", `/v1/groups/${first}`);
  await presences.passMs(5_000);
  assert.deepEqual(toldOf(watcher, bo), []);
  await owner.do("DELETE", `/v1/groups/${second}`);
  assert.deepEqual(await wordOf(watcher, bo), unseen(bo));
});

test("to the blocked, the blocker has gone when the block began, and does not come back", async () => {
  const [ana, bo] = await two();
  const owner = await one.person("owner");
  await one.group(owner, [ana, bo]);
  const { watcher, live } = await watching(ana, bo);
  const others = await owner.connect();
  await watch(others, bo);
  const blockedAt = world.clock.now().getTime();
  await bo.do("PUT", `/v1/blocks/${ana.id}`);
  const word = await wordOf(watcher, bo);
  assert.deepEqual([word.online, word.platforms], [false, []]);
  assert.ok(Math.abs(Date.parse(word.lastSeenAt!) - blockedAt) < 5_000);
  await wantsToBe(live, "away");
  await wantsToBe(live, "online");
  await live.close();
  await isGone(other, bo);
  await presences.passMs(60_000);
  const back = await bo.connect();
  await presences.passMs(60_000);
  assert.deepEqual(await isSeen(watcher, bo), word, "nothing moves on");
  assert.deepEqual(toldOf(watcher, bo), [false]);
  assert.ok(toldOf(others, bo).length > 1, "the others are told");
  assert.equal((await watch(back, ana))[0]!.online, true, "the blocker sees on");
  await bo.do("DELETE", `/v1/blocks/${ana.id}`);
  assert.equal((await wordOf(watcher, bo)).online, true);
});

test("a block by somebody who is away moves nothing of when they were seen", async () => {
  const [ana, bo] = await two();
  await one.group(ana, [bo]);
  const { watcher, live } = await watching(ana, bo);
  await wantsToBe(live, "invisible");
  const word = await wordOf(watcher, bo);
  await presences.passMs(30_000);
  await bo.do("PUT", `/v1/blocks/${ana.id}`);
  await wantsToBe(live, "online");
  await presences.passMs(10_000);
  assert.deepEqual(await isSeen(watcher, bo), word);
  assert.deepEqual(toldOf(watcher, bo), [false]);
});

test("a permission whose end nobody told of gives no news, and is found within a minute", async () => {
  const [ana, bo] = await two();
  await one.befriend(ana, bo);
  const { watcher, live } = await watching(ana, bo);
  bus.drop((packet) => packet.type === "presence" && "watcherId" in packet.news);
  // By an instance that ana is not connected to.
  await other.ask("DELETE", `/v1/friends/${ana.id}`, undefined, {
    authorization: `Bearer ${bo.session.accessToken}`,
  });
  await wantsToBe(live, "away");
  assert.deepEqual(await wordOf(watcher, bo), unseen(bo), "the next news is the truth");
  await one.befriend(ana, bo);
  assert.equal((await wordOf(watcher, bo)).online, true);
  await other.ask("DELETE", `/v1/friends/${ana.id}`, undefined, {
    authorization: `Bearer ${bo.session.accessToken}`,
  });
  await presences.passMs(65_000);
  assert.deepEqual(await wordOf(watcher, bo), unseen(bo));
  bus.heal();
});

test("friends are online by what they want to be seen as, on whichever instance they are", async () => {
  const [ana, bo] = await two();
  await one.befriend(ana, bo);
  const isOnline = async () =>
    (await ana.do<{ items: { online: boolean }[] }>("GET", "/v1/friends")).items[0]!.online;
  assert.equal(await isOnline(), false);
  const live = await bo.connect();
  await presences.passMs(1_000);
  assert.equal(await isOnline(), true);
  await wantsToBe(live, "invisible");
  await presences.passMs(1_000);
  assert.equal(await isOnline(), false);
});
