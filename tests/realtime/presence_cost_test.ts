/** What presence costs: nothing for those who come and go in a moment, nothing that stays, nothing for slow readers. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import type { AppParts, LeaseStore } from "../../domain/app.ts";
import type { Packet } from "../../realtime/bus.ts";
import { Connection } from "../../realtime/connection.ts";
import { Presence } from "../../realtime/presence.ts";
import { FakeSocket } from "../support/fake_socket.ts";
import { LateDatabase } from "../support/late_database.ts";
import {
  graceMs,
  isGone,
  onDevice,
  patient,
  Presences,
  settled,
  toldOf,
  wantsToBe,
  watch,
  wordOf,
} from "../support/presence.ts";
import { StillClock } from "../support/still_clock.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const presences = new Presences(world);
const server = await presences.instance();

const welcome = (platform: "web" | "ios" = "web") => ({
  platform,
  standing: { status: "online" as const, since: 0 },
  ended: null,
  syncCursor: "",
  position: "1.1",
  revs: [],
  friendRequests: 0,
  groupRequests: 0,
});

/** Presence that counts what it asks of the database, the bus and the store. */
function counted(grace = graceMs) {
  const clock = new StillClock();
  const counts = { queries: 0, packets: 0, held: 0, dropped: 0, asked: 0 };
  const inner = new LeasesInMemory(clock);
  const leases: LeaseStore = {
    hold: (all, ttlMs) => (counts.held += all.length, inner.hold(all, ttlMs)),
    drop: (all) => (counts.dropped += all.length, inner.drop(all)),
    read: (keys) => (counts.asked += keys.length, inner.read(keys)),
  };
  const query = () => Promise.resolve((counts.queries++, []));
  const { app } = server.patter;
  const config = { ...app.config, presenceGraceMs: grace };
  const parts = { ...app, config, clock, leases, database: { ...app.database, query } } as AppParts;
  const users = new Map<string, Set<Connection>>();
  const publish = (_: string, __: Packet) => void counts.packets++;
  const bus = { publish, join() {}, leave() {}, close: () => Promise.resolve() };
  return { clock, counts, users, presence: new Presence(parts, { users, bus }) };
}

type Counted = ReturnType<typeof counted>;

function comes({ users, presence }: Counted, userId: string): Connection {
  const connection = { userId, actor: { sessionId: userId }, platform: null, watched: null };
  const mine = users.get(userId) ?? new Set();
  users.set(userId, mine.add(connection as unknown as Connection));
  presence.came(connection as unknown as Connection, welcome());
  return connection as unknown as Connection;
}

function goes({ users, presence }: Counted, connection: Connection): void {
  const mine = users.get(connection.userId)!;
  mine.delete(connection);
  if (mine.size === 0) users.delete(connection.userId);
  presence.went(connection, "closedByPeer");
}

async function quiet({ presence }: Counted): Promise<void> {
  await until("all is stated", () => !presence.isBusy);
}

test("10,000 who lose their connection ten times and are back in the grace cost nothing but coming", async () => {
  const made = counted();
  const { counts, clock, presence, users } = made;
  let all = Array.from({ length: 10_000 }, (_, i) => comes(made, `u${i}`));
  await quiet(made);
  assert.deepEqual(counts, { queries: 10, packets: 10_000, held: 10_001, dropped: 0, asked: 0 });
  for (let round = 0; round < 10; round++) {
    for (const connection of all) goes(made, connection);
    clock.moveMs(graceMs - 1);
    all = all.map(({ userId }) => comes(made, userId));
  }
  await quiet(made);
  assert.deepEqual([counts.queries, counts.packets, counts.held], [10, 10_000, 10_001]);
  for (const connection of all) goes(made, connection);
  clock.moveMs(graceMs);
  presence.tick(clock.now().getTime());
  await quiet(made);
  assert.equal(counts.packets, 20_000);
  assert.equal(counts.dropped, 10_000);
  assert.deepEqual([users.size, presence.sizes], [0, { watched: 0, leaving: 0 }]);
  const before = { ...counts };
  clock.moveMs(3_600_000);
  presence.tick(clock.now().getTime());
  await quiet(made);
  assert.deepEqual(counts, before, "an instance that nobody is on does nothing");
});

test("twenty minutes of 1,000 who stay is one lease and one time each, every few minutes", async () => {
  const made = counted();
  const { counts, clock, presence } = made;
  for (let i = 0; i < 1_000; i++) comes(made, `u${i}`);
  await quiet(made);
  counts.held = counts.packets = 0;
  for (let second = 0; second < 1_200; second += 5) {
    clock.moveMs(5_000);
    presence.tick(clock.now().getTime());
    await quiet(made);
  }
  assert.equal(counts.packets, 0);
  const beats = 240;
  assert.ok(counts.held <= 1_000 * 5 + beats, `${counts.held} leases`);
  assert.ok(counts.held >= 1_000 * 4, "they are renewed");
});

async function friends(at: Instance): Promise<[Person, Person]> {
  const [ana, bo] = [await at.person("ana"), await at.person("bo")];
  await at.befriend(ana, bo);
  return [ana, bo];
}

test("a connection that ends while it is being answered leaves nothing watched", async () => {
  const late = new LateDatabase(world.database);
  const at = await world.instance(patient, { database: late.database });
  const [ana, bo] = await friends(at);
  const watcher = await ana.connect();
  const held = late.hold("the sight is read", (text) => text.includes("left join blocks b"));
  watcher.send(JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "presence.watch",
    params: { userIds: [bo.id, crypto.randomUUID()] },
  }));
  await held.reached;
  assert.equal(at.patter.hub.sizes.watched, 2);
  await watcher.close();
  await isGone(at, ana);
  assert.equal(at.patter.hub.sizes.watched, 0);
  held.release();
  await settled(at);
  assert.equal(at.patter.hub.sizes.watched, 0);
});

test("watching that fails is not begun, and may be tried again", async () => {
  const late = new LateDatabase(world.database);
  const at = await world.instance(patient, { database: late.database });
  const [ana, bo] = await friends(at);
  const [watcher, live] = [await ana.connect(), await bo.connect()];
  late.refuse((text) => text.includes("left join blocks b"));
  await assert.rejects(watch(watcher, bo));
  assert.equal(at.patter.hub.sizes.watched, 0);
  late.refuse(() => false);
  assert.equal((await watch(watcher, bo))[0]!.online, true);
  late.refuse((text) => text.includes("left join blocks b"));
  await wantsToBe(live, "invisible");
  await until(
    "it was tried",
    () => at.log.lines.some(({ event }) => event === "presence not told"),
  );
  late.refuse(() => false);
  world.clock.advanceMs(6_000);
  at.patter.hub.heartbeat.tick();
  assert.equal((await wordOf(watcher, bo)).online, false, "told when it can be");
});

test("a slow reader is told nothing, and how it is once it reads again", async () => {
  const [ana, bo] = await friends(server);
  const { hub, app } = server.patter;
  const socket = new FakeSocket();
  const connection = new Connection(app, hub, {
    id: "slow",
    socket: socket as unknown as WebSocket,
    access: {
      userId: ana.id,
      sessionId: ana.session.sessionId,
      role: "user",
      expiresAt: new Date(8.64e15),
    },
    address: "10.0.0.1",
    batches: true,
  });
  await hub.open(connection);
  const params = { userIds: [bo.id] };
  connection.receive(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "presence.watch", params }));
  await until("it watches", () => socket.messages.some(({ id }) => id === 1));
  const words = () => socket.messages.filter(({ method }) => method === "presence");
  socket.bufferedAmount = app.config.outboxLivelyBytesMax + 1;
  await bo.connect();
  await presences.passMs(1_000);
  await (await onDevice(bo, "web")).connect();
  await presences.passMs(20_000);
  assert.equal(words().length, 0);
  socket.bufferedAmount = 0;
  await presences.passMs(6_000);
  await until("it is told", () => words().length > 0);
  const { presences: told } = words()[0]!.params as { presences: { platforms: string[] }[] };
  assert.deepEqual(told[0]!.platforms, ["web", "other"], "the state, not the story");
  assert.equal(words().length, 1);
  connection.closed(1006);
});

test("an instance joins and leaves the topics of those alone who are watched on it", async () => {
  const topics = new Set<string>();
  const at = await world.instance(patient, {
    bus: () => ({
      publish() {},
      join: (topic) => void topics.add(topic),
      leave: (topic) => void topics.delete(topic),
      close: () => Promise.resolve(),
    }),
  });
  const [ana, bo] = await friends(at);
  const [first, second] = [await ana.connect(), await ana.connect()];
  await bo.connect();
  const watched = () => [...topics].filter((topic) => topic.startsWith("presence/"));
  assert.deepEqual(watched(), []);
  await watch(first, bo);
  await watch(second, bo);
  assert.deepEqual(watched(), [`presence/${bo.id}`]);
  await first.close();
  await until("it has ended", () => at.patter.hub.users.get(ana.id)?.size === 1);
  assert.deepEqual(watched(), [`presence/${bo.id}`]);
  await second.call("presence.unwatch", { userIds: [bo.id] });
  assert.deepEqual(watched(), []);
  assert.deepEqual(toldOf(second, bo), []);
});
