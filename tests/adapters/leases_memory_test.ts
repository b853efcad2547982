/** Leases in memory: they end by themselves, and nothing of them stays. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import { StillClock } from "../support/still_clock.ts";

const lease = (key: string, member: string, value = "v") => ({ key, member, value });

Deno.test("a lease is read until it ends, is dropped, or is held anew with another value", async () => {
  const clock = new StillClock();
  const leases = new LeasesInMemory(clock);
  await leases.hold([lease("a", "1"), lease("a", "2"), lease("b", "1")], 1_000);
  const read = async () => (await leases.read(["b", "a", "none"])).map((set) => [...set]);
  assert.deepEqual(await read(), [[["1", "v"]], [["1", "v"], ["2", "v"]], []]);
  clock.moveMs(600);
  await leases.hold([lease("a", "2", "w")], 1_000);
  await leases.drop([lease("b", "1"), lease("b", "2"), lease("none", "1")]);
  assert.deepEqual(await read(), [[], [["1", "v"], ["2", "w"]], []]);
  clock.moveMs(400);
  assert.deepEqual(await read(), [[], [["2", "w"]], []]);
  clock.moveMs(600);
  assert.deepEqual(await read(), [[], [], []]);
});

Deno.test("what has ended is cleared away while others are held, without being asked for", async () => {
  const clock = new StillClock();
  const leases = new LeasesInMemory(clock);
  await leases.hold([lease("long", "1")], 1_000_000);
  await leases.hold(Array.from({ length: 10_000 }, (_, i) => lease(`k${i}`, "1")), 1_000);
  clock.moveMs(1_000);
  for (let i = 0; i < 11_000; i++) await leases.hold([lease("one", "1")], 1_000);
  assert.equal(leases.size, 2);
  assert.equal((await leases.read(["long"]))[0]!.size, 1);
});
