/** When users were last seen: it never moves back, and stands still while they are invisible. */
import { strict as assert } from "node:assert";
import { keepLastSeen, setPresence, standingsOf } from "../../domain/presence.ts";
import { sightKey } from "../../domain/sights.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { app } = server.patter;

async function seenAt({ id }: Person): Promise<number | undefined> {
  return (await app.sights.get(sightKey(id, id)))?.lastSeenAt?.getTime();
}

const keep = ({ id }: Person, ms: number) => keepLastSeen(world.database, new Map([[id, ms]]));

test("it never moves back, and is kept to the millisecond", async () => {
  const ana = await server.person("ana");
  assert.equal(await seenAt(ana), undefined);
  await keep(ana, 1_700_000_000_123);
  await keep(ana, 1_600_000_000_000);
  assert.equal(await seenAt(ana), 1_700_000_000_123);
  await keep(ana, 1_700_000_000_124);
  assert.equal(await seenAt(ana), 1_700_000_000_124);
});

test("users who do not exist are passed over", async () => {
  const ana = await server.person("ana");
  const seen = new Map([[crypto.randomUUID(), 5], [ana.id, 1_700_000_000_000]]);
  await keepLastSeen(world.database, seen);
  assert.equal(await seenAt(ana), 1_700_000_000_000);
});

test("it stands still from the moment somebody turns invisible", async () => {
  const ana = await server.person("ana");
  await setPresence(app, ana.actor, { status: "invisible" });
  const frozen = await seenAt(ana);
  assert.ok(Math.abs(frozen! - world.clock.now().getTime()) < 5_000);
  world.clock.advanceMs(60_000);
  await keep(ana, world.clock.now().getTime());
  await setPresence(app, ana.actor, { status: "invisible" });
  assert.equal(await seenAt(ana), frozen);
  await setPresence(app, ana.actor, { status: "online" });
  assert.equal(await seenAt(ana), frozen, "nobody has seen them yet");
  await keep(ana, world.clock.now().getTime());
  assert.ok((await seenAt(ana))! > frozen!);
});

test("of two settings at one moment the later has the later time; the same again changes nothing", async () => {
  const ana = await server.person("ana");
  const standing = async () => (await standingsOf(world.database, [ana.id])).get(ana.id);
  assert.equal(await standing(), undefined);
  const at = new Date(1_700_000_000_000);
  const still = { ...app, clock: { now: () => at } };
  await setPresence(still, ana.actor, { status: "away" });
  await setPresence(still, ana.actor, { status: "invisible" });
  assert.deepEqual(await standing(), { status: "invisible", since: 1_700_000_000_001 });
  await setPresence(app, ana.actor, { status: "invisible" });
  assert.deepEqual(await standing(), { status: "invisible", since: 1_700_000_000_001 });
});

test("saying it too often is refused", async () => {
  const limited = await world.instance({ RATE_LIMITS: "on", PASSWORD_COST: "14" });
  const ana = await server.person("ana");
  const live = await ana.connect(limited);
  for (let i = 0; i < 60; i++) {
    await live.call("presence.set", { status: i % 2 === 0 ? "away" : "online" });
  }
  const error = await live.call("presence.set", { status: "away" }).catch((error) => error);
  assert.equal(error.problem.code, "rateLimited");
});
