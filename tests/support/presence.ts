/** What tests of presence do again and again: watching, time that goes on for all instances, what was told. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { ConnectBus } from "../../realtime/bus.ts";
import type { LeaseStore } from "../../domain/app.ts";
import type { Presence, PresenceStatus } from "../../schemas/presence.ts";
import type { Session } from "../../schemas/auth.ts";
import type { Client } from "./client.ts";
import { until } from "./waiting.ts";
import { type Instance, Person, type World } from "./world.ts";

/** The grace of instances under test. */
export const graceMs = 10_000;

/** Connections answer no pings: they are not to end while a test puts the clock forward. */
export const patient = { PING_INTERVAL_MS: "600000", PRESENCE_GRACE_MS: String(graceMs) };

/** Starts watching; gives how they are. */
export async function watch(client: Client, ...people: { id: string }[]): Promise<Presence[]> {
  const userIds = people.map(({ id }) => id);
  return (await client.call("presence.watch", { userIds })).presences;
}

/** Says how somebody wants to be seen. */
export async function wantsToBe(client: Client, status: PresenceStatus): Promise<void> {
  assert.deepEqual(await client.call("presence.set", { status }), {});
}

/** Signs somebody in on another kind of device. */
export async function onDevice(person: Person, platform: string): Promise<Person> {
  const input = { username: person.username, password: "correct horse 1", device: { platform } };
  const { body } = await person.at.ask<Session>("POST", "/v1/auth/login", input);
  return new Person(person.at, person.username, body);
}

/** All that a client has been told of somebody, in order: online or not. */
export function toldOf(client: Client, { id }: { id: string }): boolean[] {
  return client.all("presence").flatMap(({ presences }) => presences)
    .filter(({ userId }) => userId === id).map(({ online }) => online);
}

/** The next word of somebody. */
export async function wordOf(client: Client, { id }: { id: string }): Promise<Presence> {
  const { presences } = await client.next(
    "presence",
    ({ presences }) => presences.some(({ userId }) => userId === id),
  );
  return presences.find(({ userId }) => userId === id)!;
}

/**
 * Resolves with the next word that somebody is online, or is not. On another instance the word of their
 * coming may still be on its way when one begins to watch them.
 */
export async function isToldThat(
  client: Client,
  { id }: { id: string },
  state: "online" | "offline",
): Promise<void> {
  const says = (one: Presence) => one.userId === id && one.online === (state === "online");
  await client.next("presence", ({ presences }) => presences.some(says));
}

/** How somebody is to a watcher now, without watching anew. */
export function isSeen(client: Client, { id }: { id: string }): Promise<Presence> {
  return client.call("presence.watch", { userIds: [id] }).then(({ presences }) => presences[0]!);
}

/** Instances that share a bus and a store, and their time. */
export class Presences {
  readonly leases: LeaseStore;
  readonly #instances: Instance[] = [];

  constructor(readonly world: World, readonly bus: ConnectBus = memoryBus(), leases?: LeaseStore) {
    this.leases = leases ?? new LeasesInMemory(world.clock);
  }

  /** Starts an instance that shares them. */
  async instance(settings: Record<string, string> = {}): Promise<Instance> {
    const { bus, leases } = this;
    const made = await this.world.instance({ ...patient, ...settings }, { bus, leases });
    this.#instances.push(made);
    return made;
  }

  /** From now on an instance does nothing any more, as if it had been killed. */
  kill(instance: Instance): void {
    this.#instances.splice(this.#instances.indexOf(instance), 1);
    const { heartbeat, presence, bus } = instance.patter.hub;
    heartbeat.close();
    presence.tick = () => {};
    bus.publish = () => {};
  }

  /** Time goes on by so much, with a tick each second. */
  async passMs(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.world.clock.advanceMs(Math.min(1_000, ms - passed));
      for (const { patter: { hub } } of this.#instances) hub.heartbeat.tick();
      await settled(...this.#instances);
    }
  }
}

/** Whatever has happened on these instances has been stated and told. */
export async function settled(...instances: readonly Instance[]): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    const isBusy = instances.some(({ patter: { hub } }) => hub.presence.isBusy);
    quiet = isBusy ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** A person's last connection is gone as the instance knows it. */
export async function isGone(at: Instance, person: Person): Promise<void> {
  await until("the connection is gone", () => !at.patter.hub.users.has(person.id));
}
