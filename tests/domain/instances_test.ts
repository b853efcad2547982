/** The registry: every instance that lives, how it does, and none that has gone. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import { setAdmin } from "../../domain/admins.ts";
import type { Lease, LeaseStore } from "../../domain/app.ts";
import type { Instance } from "../../schemas/admin.ts";
import { until } from "../support/waiting.ts";
import { type Instance as Server, openWorld, type Person, test } from "../support/world.ts";

/** Leases that can be out of reach. */
class FarLeases implements LeaseStore {
  isAway = false;
  readonly inner = new LeasesInMemory(world.clock);
  #reach(): void {
    if (this.isAway) throw new Error("The store is away");
  }
  hold = async (leases: readonly Lease[], ttlMs: number) => {
    this.#reach();
    await this.inner.hold(leases, ttlMs);
  };
  drop = async (leases: readonly Pick<Lease, "key" | "member">[]) => {
    this.#reach();
    await this.inner.drop(leases);
  };
  read = async (keys: readonly string[]) => {
    this.#reach();
    return await this.inner.read(keys);
  };
}

const world = await openWorld();

async function cluster(count: number) {
  const leases = new FarLeases();
  const servers: Server[] = [];
  for (let place = 0; place < count; place++) {
    servers.push(await world.instance({ INSTANCE_ADDRESS: `chat-${place}` }, { leases }));
  }
  for (const { patter } of servers) await patter.app.instances.renew();
  const admin = await servers[0]!.person("admin");
  await setAdmin(world.database, admin.username, true);
  return { leases, servers, admin };
}

async function listed(admin: Person, at: Server): Promise<Instance[]> {
  const authorization = `Bearer ${admin.session.accessToken}`;
  const path = "/v1/admin/instances";
  const answer = await at.ask<{ items: Instance[] }>("GET", path, undefined, { authorization });
  assert.equal(answer.status, 200);
  return answer.body.items;
}

const namesOf = (instances: readonly Instance[]) => instances.map(({ address }) => address);

test("every instance lists all that live, with what each says of itself", async () => {
  const { servers, admin } = await cluster(3);
  await admin.connect(servers[1]);
  await servers[1]!.patter.app.instances.renew();
  for (const at of servers) {
    const items = await listed(admin, at);
    assert.deepEqual(namesOf(items), ["chat-0", "chat-1", "chat-2"]);
    assert.deepEqual(items.map(({ connections }) => connections), [0, 1, 0]);
    assert.equal(new Set(items.map(({ id }) => id)).size, 3);
    for (const { version, load, draining, startedAt } of items) {
      assert.match(version, /^\d+\.\d+\.\d+/);
      assert.deepEqual(load, { level: 0, delayMs: 0 });
      assert.equal(draining, false);
      assert.ok(Date.parse(startedAt) <= world.clock.now().getTime());
    }
  }
});

test("without a name an instance is called by host and port", async () => {
  const server = await world.instance();
  const admin = await server.person("admin");
  await setAdmin(world.database, admin.username, true);
  const [self, ...others] = await listed(admin, server);
  assert.equal(`http://${self!.address}`, server.url);
  assert.deepEqual(others, []);
});

test("one that shuts down says so, and is gone at once when it has", async () => {
  const { servers, admin } = await cluster(2);
  const [stays, goes] = servers as [Server, Server];
  await goes.patter.drain();
  await until(
    "it says that it drains",
    async () => (await listed(admin, stays))[1]?.draining === true,
  );
  await stays.patter.app.instances.renew();
  assert.equal(stays.patter.app.instances.successors, 0, "nobody comes back to it");
  await goes.patter.app.instances.close();
  assert.deepEqual(namesOf(await listed(admin, stays)), ["chat-0"]);
});

test("one that died without a word is forgotten within 15 s", async () => {
  const { leases, servers, admin } = await cluster(1);
  const dead = { ...servers[0]!.patter.app.instances.self, id: crypto.randomUUID() };
  await leases.hold([{ key: "instances", member: dead.id, value: JSON.stringify(dead) }], 15_000);
  assert.equal((await listed(admin, servers[0]!)).length, 2);
  world.clock.advanceMs(15_001);
  assert.deepEqual(namesOf(await listed(admin, servers[0]!)), ["chat-0"]);
});

test("without the store an instance lists itself, and all again when it is back", async () => {
  const { leases, servers, admin } = await cluster(2);
  leases.isAway = true;
  for (const [place, at] of servers.entries()) {
    await at.patter.app.instances.renew();
    await at.patter.app.instances.renew();
    const told = at.log.lines.filter(({ event }) => event === "registry away");
    assert.equal(told.length, 1, "told once");
    assert.deepEqual(namesOf(await listed(admin, at)), [`chat-${place}`]);
  }
  leases.isAway = false;
  for (const at of servers) await at.patter.app.instances.renew();
  for (const at of servers) assert.equal((await listed(admin, at)).length, 2);
});

test("what another version says in another way is passed over", async () => {
  const { leases, servers, admin } = await cluster(1);
  const value = JSON.stringify({ name: "from the future" });
  await leases.hold([{ key: "instances", member: "x", value }], 15_000);
  assert.deepEqual(namesOf(await listed(admin, servers[0]!)), ["chat-0"]);
});
