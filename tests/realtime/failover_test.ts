/** A Redis cluster whose node dies for good: a replica takes its place, and nobody needs to be told. */
import type { Sharing } from "../../sharing.ts";
import { allArrive, endOn } from "../support/bus_ends.ts";
import { onRedisCluster } from "../support/shared_services.ts";
import { isUp, storeOn } from "../support/shared_stores.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

// The nodes agree after two seconds that one is dead; a busy machine is given more.
const backWithinMs = 60_000;
const long = 600_000;
// So many that each node has some.
const names = Array.from({ length: 40 }, (_, place) => `room/${place}`);

async function allShared({ leases, limits }: Sharing, other: Sharing): Promise<void> {
  for (const key of names) {
    await until(`the lease of ${key} is shared`, async () => {
      await leases.hold([{ key, member: "one", value: "1" }], long).catch(() => {});
      const sets = await other.leases.read([key]).catch(() => []);
      return sets[0]?.has("one");
    }, backWithinMs);
    await until(`${key} is counted together`, async () => {
      await limits.count(key, { max: 2, windowMs: long });
      return (await other.limits.count(key, { max: 2, windowMs: long })).retryAfterMs > 0;
    }, backWithinMs);
  }
}

test("a node of a Redis cluster dies, and its replica has all topics, leases and limits", async () => {
  await using service = await onRedisCluster({ replicas: 1 });
  await using sharded = endOn(service, "sharded");
  await using shardedElsewhere = endOn(service, "sharded");
  await using plain = endOn(service, "plain");
  await using plainElsewhere = endOn(service, "plain");
  const [store, storeElsewhere] = [storeOn(service), storeOn(service)];
  try {
    await Promise.all([shardedElsewhere.hears(...names), plainElsewhere.hears(...names)]);
    await until("the stores are up", () => isUp(store) && isUp(storeElsewhere), backWithinMs);
    await service.server.kill();
    await allArrive(sharded, shardedElsewhere, names, backWithinMs);
    await allArrive(plain, plainElsewhere, names, backWithinMs);
    await allShared(store, storeElsewhere);
  } finally {
    for (const one of [store, storeElsewhere]) one.close();
  }
});
