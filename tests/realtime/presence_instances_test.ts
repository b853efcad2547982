/** Presence on several instances: one truth, whatever the bus loses, also when an instance or the store is gone. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import type { Lease, LeaseStore } from "../../domain/app.ts";
import type { Platform } from "../../schemas/auth.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import {
  graceMs,
  isGone,
  isSeen,
  isToldThat,
  onDevice,
  Presences,
  settled,
  toldOf,
  wantsToBe,
  watch,
  wordOf,
} from "../support/presence.ts";
import { oneOf, seeded } from "../support/random.ts";
import { within } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";
import type { Client } from "../support/client.ts";

const world = await openWorld();

/** A store that can be away, and that can lose everything. */
class Store implements LeaseStore {
  #inner = new LeasesInMemory(world.clock);
  isAway = false;
  #check<T>(act: () => Promise<T>): Promise<T> {
    return this.isAway ? Promise.reject(new Error("The store is away")) : act();
  }
  hold = (leases: readonly Lease[], ttlMs: number) =>
    this.#check(() => this.#inner.hold(leases, ttlMs));
  drop = (leases: readonly Pick<Lease, "key" | "member">[]) =>
    this.#check(() => this.#inner.drop(leases));
  read = (keys: readonly string[]) => this.#check(() => this.#inner.read(keys));
  forget(): void {
    this.#inner = new LeasesInMemory(world.clock);
  }
}

async function opened(instances = 2) {
  const bus = new LossyBus();
  const store = new Store();
  const presences = new Presences(world, bus.connect, store);
  const at: Instance[] = [];
  for (let i = 0; i < instances; i++) at.push(await presences.instance());
  return { bus, store, presences, at: at as [Instance, Instance, Instance] };
}

async function friends(at: Instance): Promise<[Person, Person]> {
  const [ana, bo] = [await at.person("ana"), await at.person("bo")];
  await at.befriend(ana, bo);
  return [ana, bo];
}

test("platforms of all instances are one presence, and who moves to another was never away", async () => {
  const { presences, at: [one, two, three] } = await opened(3);
  const [ana, bo] = await friends(one);
  const watcher = await ana.connect();
  await watch(watcher, bo);
  const [page, phone] = [await onDevice(bo, "web"), await onDevice(bo, "ios")];
  const first = await page.connect(two);
  assert.deepEqual((await wordOf(watcher, bo)).platforms, ["web"]);
  await phone.connect(three);
  assert.deepEqual((await wordOf(watcher, bo)).platforms, ["web", "ios"]);
  await first.close();
  await isGone(two, bo);
  const moved = await page.connect(three);
  await presences.passMs(3 * graceMs);
  assert.deepEqual(toldOf(watcher, bo), [true, true]);
  assert.deepEqual((await isSeen(watcher, bo)).platforms, ["web", "ios"]);
  await wantsToBe(moved, "invisible");
  await isToldThat(watcher, bo, "offline");
});

test("who turns invisible on one instance is so on all, also when the bus loses the word", async () => {
  const { bus, presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const watcher = await ana.connect();
  const [here, there] = [await bo.connect(one), await (await onDevice(bo, "web")).connect(two)];
  await presences.passMs(1_000);
  assert.deepEqual((await watch(watcher, bo))[0]!.platforms, ["web", "other"]);
  bus.drop((packet) => packet.type === "presence" && "standing" in packet.news);
  await wantsToBe(here, "invisible");
  await presences.passMs(20_000);
  assert.equal((await isSeen(watcher, bo)).online, false);
  assert.equal(toldOf(watcher, bo).at(-1), false);
  await there.call("ping");
});

test("all who were on an instance that died are offline within 30 s, since it was last heard of", async () => {
  const { presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const [watcher] = [await ana.connect(one), await bo.connect(two)];
  await presences.passMs(10_000);
  assert.equal((await watch(watcher, bo))[0]!.online, true);
  presences.kill(two);
  const diedAt = world.clock.now().getTime();
  await presences.passMs(30_000);
  const word = await wordOf(watcher, bo);
  assert.deepEqual([word.online, word.platforms], [false, []]);
  const seenAt = Date.parse(word.lastSeenAt!);
  assert.ok(seenAt >= diedAt - 11_000 && seenAt <= diedAt + 25_000, `${seenAt - diedAt}`);
  assert.deepEqual(await isSeen(watcher, bo), word, "and so it stays");
  const { items } = await ana.do<{ items: { online: boolean }[] }>("GET", "/v1/friends");
  assert.equal(items[0]!.online, false);
});

test("an instance that ends in order takes nobody offline who comes back elsewhere", async () => {
  const { presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const cy = await one.person("cy");
  await one.befriend(ana, cy);
  const watcher = await ana.connect(one);
  const lives = [await bo.connect(two), await cy.connect(two)];
  await watch(watcher, bo, cy);
  await two.patter.drain();
  for (const live of lives) await within("let go", live.closed);
  const leftAt = world.clock.now().getTime();
  presences.kill(two);
  await two.patter.hub.close();
  await bo.connect(one);
  await presences.passMs(30_000);
  await isToldThat(watcher, cy, "offline");
  const { lastSeenAt } = await isSeen(watcher, cy);
  assert.ok(Date.parse(lastSeenAt!) - leftAt < 20_000);
  assert.deepEqual(toldOf(watcher, bo).filter((online) => !online), []);
});

test("news that the bus loses is found: who has come, who has gone", async () => {
  const { bus, presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const watcher = await ana.connect(one);
  await watch(watcher, bo);
  bus.drop(({ type }) => type === "presence");
  const live = await bo.connect(two);
  await presences.passMs(20_000);
  await isToldThat(watcher, bo, "online");
  await live.close();
  await isGone(two, bo);
  await presences.passMs(graceMs + 35_000);
  await isToldThat(watcher, bo, "offline");
  assert.deepEqual(toldOf(watcher, bo), [true, false]);
});

test("a store that is away costs nobody an error: presence is this instance's, and comes back", async () => {
  const { bus, store, presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const cy = await one.person("cy");
  await one.befriend(ana, cy);
  const watcher = await ana.connect(one);
  store.isAway = true;
  bus.drop(({ type }) => type === "presence");
  const there = await bo.connect(two);
  const here = await cy.connect(one);
  await presences.passMs(20_000);
  const [far, near] = await watch(watcher, bo, cy);
  assert.deepEqual([far!.online, near!.online], [false, true]);
  const { items } = await ana.do<{ items: { online: boolean }[] }>("GET", "/v1/friends");
  assert.deepEqual(items.map(({ online }) => online).sort(), [false, true]);
  const lines = one.log.lines.filter(({ level }) => level !== "info");
  assert.deepEqual(lines.map(({ event }) => event), ["presence store away"], "said once");
  store.isAway = false;
  await presences.passMs(25_000);
  await isToldThat(watcher, bo, "online");
  assert.deepEqual(toldOf(watcher, cy), []);
  assert.ok(one.log.lines.some(({ event }) => event === "presence store back"));
  for (const client of [there, here]) await client.call("ping");
});

test("nothing is known of others when the store stays away: then they are not said to be online", async () => {
  const { store, presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const [watcher] = [await ana.connect(one), await bo.connect(two)];
  await presences.passMs(6_000);
  assert.equal((await watch(watcher, bo))[0]!.online, true);
  store.isAway = true;
  await presences.passMs(10_000);
  assert.deepEqual(toldOf(watcher, bo), [], "a short absence is no news");
  await presences.passMs(20_000);
  await isToldThat(watcher, bo, "offline");
  store.isAway = false;
  await presences.passMs(20_000);
  await isToldThat(watcher, bo, "online");
});

test("a store that has forgotten everything is told again, and nobody is said to be away", async () => {
  const { store, presences, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const [watcher] = [await ana.connect(one), await bo.connect(two)];
  await presences.passMs(6_000);
  await watch(watcher, bo);
  store.forget();
  await presences.passMs(40_000);
  assert.deepEqual(toldOf(watcher, bo), []);
  assert.equal((await isSeen(watcher, bo)).online, true);
});

test("leases are renewed for as long as their users are here", async () => {
  const { presences, store, at: [one, two] } = await opened();
  const [ana, bo] = await friends(one);
  const [watcher] = [await ana.connect(one), await bo.connect(two)];
  await presences.passMs(2_000);
  await watch(watcher, bo);
  for (let minute = 0; minute < 12; minute++) {
    world.clock.advanceMs(60_000);
    await presences.passMs(2_000);
  }
  const [held] = await store.read([`presence/${bo.id}`]);
  assert.equal(held!.size, 1);
});

interface Act {
  readonly person: Person;
  readonly devices: Map<Platform, Person>;
  readonly live: Map<Client, Platform>;
  invisible: boolean;
}

for (const seed of [1, 2, 3]) {
  test(`whatever has happened, watchers were told the truth last (seed ${seed})`, async () => {
    const random = seeded(seed);
    const { bus, presences, at } = await opened(3);
    bus.faults = { drop: 0.2, duplicate: 0.2, delay: 0.3, delayMs: 20 };
    const people: Act[] = [];
    for (let i = 0; i < 4; i++) {
      const person = await at[0].person("p");
      const devices = new Map<Platform, Person>();
      for (const platform of ["web", "ios"] as const) {
        devices.set(platform, await onDevice(person, platform));
      }
      people.push({ person, devices, live: new Map(), invisible: false });
    }
    const observer = await at[0].person("observer");
    await at[0].group(observer, people.map(({ person }) => person));
    const watchers = await Promise.all(at.map((instance) => observer.connect(instance)));
    for (const watcher of watchers) await watch(watcher, ...people.map(({ person }) => person));
    for (let step = 0; step < 60; step++) {
      await act(random, oneOf(random, people), at);
      if (random() < 0.4) await presences.passMs(Math.ceil(random() * 4_000));
    }
    bus.heal();
    await presences.passMs(2 * graceMs + 40_000);
    await settled(...at);
    for (const { person, live, invisible } of people) {
      const platforms = invisible ? [] : [...new Set(live.values())].sort();
      for (const watcher of watchers) {
        await watcher.call("ping");
        const told = watcher.all("presence").flatMap(({ presences }) => presences)
          .filter(({ userId }) => userId === person.id).at(-1);
        assert.deepEqual([...told?.platforms ?? []].sort(), platforms);
        assert.equal(told?.online ?? false, platforms.length > 0);
      }
    }
  });
}

async function act(random: () => number, one: Act, at: readonly Instance[]): Promise<void> {
  const choice = random();
  if (choice < 0.45) {
    const platform = oneOf(random, ["web", "ios"] as const);
    one.live.set(await one.devices.get(platform)!.connect(oneOf(random, at)), platform);
    return;
  }
  const client = [...one.live.keys()][0];
  if (client === undefined) return;
  if (choice < 0.8) {
    one.live.delete(client);
    return await client.close();
  }
  one.invisible = random() < 0.5;
  await wantsToBe(client, one.invisible ? "invisible" : "online");
}
