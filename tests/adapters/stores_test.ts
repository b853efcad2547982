/** The contract of every store: limits that count together, leases that end by themselves, and Redis away. */
import { strict as assert } from "node:assert";
import { createClient } from "redis";
import type { LeaseStore, LimitStore } from "../../domain/app.ts";
import {
  onRedis,
  onRedisCluster,
  onSecuredCluster,
  onSecuredRedis,
  onUpstash,
  type SharedService,
} from "../support/shared_services.ts";
import { isUp, storeOn } from "../support/shared_stores.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

interface Kind {
  readonly name: string;
  open(): Promise<SharedService | null>;
}

const kinds: readonly Kind[] = [
  { name: "memory", open: () => Promise.resolve(null) },
  { name: "Redis", open: () => onRedis() },
  { name: "Redis by TLS, as a user with few rights", open: onSecuredRedis },
  { name: "a Redis cluster", open: () => onRedisCluster() },
  { name: "a Redis cluster by TLS, with few rights", open: onSecuredCluster },
  { name: "Upstash", open: onUpstash },
];
const backWithinMs = 30_000;
const short = 300;
const long = 60_000;
let keysMade = 0;

function newKey(): string {
  return `key ${Deno.pid}/${++keysMade}`;
}

/** So many that in a cluster one of them lies on each node. */
function keysOfAll(): string[] {
  return Array.from({ length: 100 }, newKey);
}

async function living(leases: LeaseStore, key: string): Promise<Record<string, string>> {
  return Object.fromEntries((await leases.read([key]))[0]!);
}

async function refusals(limits: LimitStore, key: string, times: number): Promise<boolean[]> {
  const refused: boolean[] = [];
  for (let time = 0; time < times; time++) {
    refused.push((await limits.count(key, { max: 2, windowMs: long })).retryAfterMs > 0);
  }
  return refused;
}

for (const { name, open } of kinds) {
  const service = await open();
  const [one, other] = [storeOn(service), storeOn(service)];
  const elsewhere = service === null ? one : other;
  Deno.test.afterAll(async () => {
    for (const store of [one, other]) store.close();
    await service?.[Symbol.asyncDispose]();
  });

  test(`${name}: the store is there`, async () => {
    await until("it is up", () => isUp(one) && isUp(other), backWithinMs);
  });

  test(`${name}: limits count together, wherever they are counted`, async () => {
    const key = newKey();
    assert.deepEqual(await refusals(one.limits, key, 2), [false, false]);
    const { retryAfterMs } = await elsewhere.limits.count(key, { max: 2, windowMs: long });
    assert.ok(retryAfterMs > 0 && retryAfterMs <= long, `${retryAfterMs}`);
    assert.deepEqual(await refusals(one.limits, newKey(), 3), [false, false, true]);
    await elsewhere.limits.clear(key);
    assert.deepEqual(await refusals(one.limits, key, 3), [false, false, true]);
  });

  test(`${name}: of many who count at once, as many as may are let through`, async () => {
    const key = newKey();
    const counts = Array.from(
      { length: 40 },
      (_, place) => (place % 2 ? one : elsewhere).limits.count(key, { max: 7, windowMs: long }),
    );
    const all = await Promise.all(counts);
    assert.equal(all.filter(({ retryAfterMs }) => retryAfterMs === 0).length, 7);
  });

  test(`${name}: a limit's window ends`, async () => {
    const key = newKey();
    const limit = { max: 1, windowMs: short };
    assert.equal((await one.limits.count(key, limit)).retryAfterMs, 0);
    await until("it may again", async () => {
      const { retryAfterMs } = await one.limits.count(key, limit);
      assert.ok(retryAfterMs <= short);
      return retryAfterMs === 0;
    });
  });

  test(`${name}: a lease is seen by all until it is dropped`, async () => {
    const [key, second, empty] = [newKey(), newKey(), newKey()];
    const values = { a: "1", b: "", "c:d": `{"x":"ü:\\n 😀"}` };
    const leases = Object.entries(values).map(([member, value]) => ({ key, member, value }));
    await one.leases.hold([...leases, { key: second, member: "a", value: "2" }], long);
    const sets = await elsewhere.leases.read([second, empty, key]);
    assert.deepEqual(sets.map((set) => Object.fromEntries(set)), [{ a: "2" }, {}, values]);
    await one.leases.drop([{ key, member: "a" }, { key, member: "none" }, {
      key: second,
      member: "a",
    }]);
    assert.deepEqual(await living(elsewhere.leases, key), { b: "", "c:d": values["c:d"] });
    assert.deepEqual(await living(elsewhere.leases, second), {});
  });

  test(`${name}: a lease that is held again lives on with its new value, others end`, async () => {
    const key = newKey();
    const [kept, left] = ["kept", "left"].map((member) => ({ key, member, value: "old" }));
    await one.leases.hold([kept!, left!], short);
    await one.leases.hold([{ ...kept!, value: "new" }], long);
    await until("one is left", async () => {
      const now = await living(elsewhere.leases, key);
      assert.equal(now.kept, "new");
      return !("left" in now);
    });
    await one.leases.hold([{ ...kept!, value: "short" }], short);
    await until(
      "none is left",
      async () => Object.keys(await living(elsewhere.leases, key)).length === 0,
    );
  });

  test(`${name}: thousands of leases are held, read and dropped`, async () => {
    const prefix = newKey();
    const leases = Array.from({ length: 6_000 }, (_, place) => ({
      key: `${prefix} ${place % 5_000}`,
      member: `m${place}`,
      value: `v${place}`,
    }));
    await one.leases.hold(leases, long);
    const keys = Array.from({ length: 5_000 }, (_, place) => `${prefix} ${place}`);
    const sets = await elsewhere.leases.read(keys);
    assert.deepEqual([...sets[4_999]!], [["m4999", "v4999"]]);
    assert.deepEqual([...sets[0]!].sort(), [["m0", "v0"], ["m5000", "v5000"]]);
    assert.equal(sets.reduce((sum, set) => sum + set.size, 0), 6_000);
    await one.leases.drop(leases);
    assert.ok((await elsewhere.leases.read(keys)).every((set) => set.size === 0));
    assert.deepEqual(await elsewhere.leases.read([]), []);
  });

  if (service === null) continue;

  test(`${name}: nothing is left in Redis without an end`, async () => {
    const client = createClient({ url: service.url });
    await client.connect();
    await one.leases.hold([{ key: newKey(), member: "a", value: "1" }], long);
    await one.limits.count(newKey(), { max: 1, windowMs: long });
    const keys = await client.keys("*");
    assert.ok(name.startsWith("a Redis cluster") || keys.length >= 2);
    for (const key of keys) {
      assert.ok(key.startsWith("patter:"), key);
      assert.notEqual(await client.pTTL(key), -1, key);
    }
    client.destroy();
  });

  test(`${name}: while it is away an instance counts for itself, and its leases are refused`, async () => {
    const key = newKey();
    await service.server.kill();
    assert.deepEqual(await refusals(one.limits, key, 3), [false, false, true]);
    const leases = keysOfAll().map((key) => ({ key, member: "mine", value: "1" }));
    await assert.rejects(one.leases.hold(leases, long));
    await assert.rejects(one.leases.drop(leases));
    await assert.rejects(one.leases.read(leases.map(({ key }) => key)));
    await service.server.start();
    await until("it is shared again", async () => {
      const lease = { key, member: "back", value: "2" };
      await one.leases.hold([lease], long).catch(() => {});
      const sets = await other.leases.read([key]).catch(() => []);
      return sets[0]?.has("back");
    }, backWithinMs);
    await until("it is up", () => isUp(one) && isUp(other), backWithinMs);
  });

  test(`${name}: while it stands still calls are answered all the same`, async () => {
    await service.server.pause();
    const keys = Array.from({ length: 200 }, newKey);
    const counts = keys.map((key) => one.limits.count(key, { max: 1, windowMs: long }));
    const all = await Promise.all(counts);
    await service.server.resume();
    assert.ok(all.every(({ retryAfterMs }) => retryAfterMs === 0));
    await until("it is up", () => isUp(one), backWithinMs);
  });
}
