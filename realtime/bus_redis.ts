/** The bus over Redis: a channel for each room and user, subscribed to in groups where it is hosted. */
import { setImmediate } from "node:timers";
import { channelOf, slotOf, topicOf } from "./channels.ts";
import type { Carrier, CarrierEvents } from "./sealed_bus.ts";

/** A node of Redis. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection that listens at a node. */
interface Ear {
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  readonly ended: Promise<string>;
  close(): void;
}

/** What the bus needs of Redis: adapters/redis_link.ts gives it. */
export interface RedisPubSub {
  /** Says a text to whoever listens; never waits or throws. */
  publish(channel: string, text: string): void;
  /** Where channels of a slot are listened to, and which one command may name together. */
  places(): Promise<(slot: number) => { readonly address: Address; readonly group: string }>;
  listen(address: Address, listener: (text: string, channel: string) => void): Promise<Ear>;
}

// Channels in one command: Redis serves nobody else meanwhile.
const groupMax = 500;
const retryMinMs = 50;
const retryMaxMs = 500;

/** One instance's subscriptions, and what it says. */
export class RedisCarrier implements Carrier {
  readonly #wanted = new Set<string>();
  /** Where each topic is listened to. */
  readonly #homes = new Map<string, Ear>();
  readonly #ears = new Map<string, Ear>();
  readonly #living = new Set<Ear>();
  readonly #opening = new Map<string, Promise<Ear>>();
  /** Topics that are not yet as they are wanted. */
  #unsettled = new Set<string>();
  #isSettling = false;
  #isBehind = false;
  #isClosed = false;

  constructor(readonly redis: RedisPubSub, readonly events: CarrierEvents) {}

  /** All that is to be heard is heard, or about to be. */
  get isUp(): boolean {
    return !this.#isBehind;
  }

  publish(topic: string, text: string): void {
    this.redis.publish(channelOf(topic), text);
  }

  join(topic: string): void {
    this.#wanted.add(topic);
    this.#settleSoon([topic]);
  }

  leave(topic: string): void {
    this.#wanted.delete(topic);
    this.#settleSoon([topic]);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const ear of this.#ears.values()) ear.close();
    return Promise.resolve();
  }

  // Joins and leaves of one turn go together; those that come meanwhile, in the next round.
  #settleSoon(topics: Iterable<string>): void {
    for (const topic of topics) this.#unsettled.add(topic);
    if (this.#isSettling || this.#isClosed) return;
    this.#isSettling = true;
    setImmediate(() => void this.#settleAll());
  }

  async #settleAll(): Promise<void> {
    let retryMs = retryMinMs;
    while (this.#unsettled.size > 0 && !this.#isClosed) {
      const topics = this.#unsettled;
      this.#unsettled = new Set();
      try {
        await this.#settle(topics);
        this.#isBehind = false;
        retryMs = retryMinMs;
      } catch {
        // Redis is away, which its link has told; or a slot has moved, and is looked for anew.
        this.#isBehind = true;
        for (const topic of topics) {
          // Who came and went while Redis was away is of no interest any more.
          if (this.#wanted.has(topic) !== this.#isHome(topic)) this.#unsettled.add(topic);
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMaxMs, retryMs * 2);
      }
    }
    this.#isSettling = false;
  }

  async #settle(topics: ReadonlySet<string>): Promise<void> {
    const leaving = [...topics].filter((topic) => !this.#wanted.has(topic) && this.#isHome(topic));
    const joining = [...topics].filter((topic) => this.#wanted.has(topic) && !this.#isHome(topic));
    if (leaving.length + joining.length === 0) return;
    const places = await this.redis.places();
    const placeOf = (topic: string) => places(slotOf(channelOf(topic)));
    const leaveAll = groupsOf(leaving, (topic) => placeOf(topic).group).map((group) =>
      this.#leaveAll(group)
    );
    const joinAll = groupsOf(joining, (topic) => placeOf(topic).group).map((group) =>
      this.#joinAll(group, placeOf(group[0]!).address)
    );
    // In a cluster they are many, and one node that is away must not keep the others.
    const failed = (await Promise.allSettled([...leaveAll, ...joinAll]))
      .find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  #isHome(topic: string): boolean {
    return this.#homes.has(topic);
  }

  async #leaveAll(topics: readonly string[]): Promise<void> {
    const byEar = Map.groupBy(topics, (topic) => this.#homes.get(topic));
    for (const [ear, theirs] of byEar) {
      for (const slice of inSlices(theirs)) {
        await ear?.unsubscribe(slice.map(channelOf));
        for (const topic of slice) this.#homes.delete(topic);
      }
    }
  }

  async #joinAll(topics: readonly string[], address: Address): Promise<void> {
    const ear = await this.#earAt(address);
    for (const slice of inSlices(topics)) {
      await ear.subscribe(slice.map(channelOf));
      if (!this.#living.has(ear)) throw new Error("It was lost meanwhile");
      for (const topic of slice) this.#homes.set(topic, ear);
      this.events.heard(slice.filter((topic) => this.#wanted.has(topic)));
    }
  }

  async #earAt(address: Address): Promise<Ear> {
    const name = `${address.host}:${address.port}`;
    const existing = this.#ears.get(name) ?? this.#opening.get(name);
    if (existing !== undefined) return await existing;
    const opening = this.#openEar(name, address);
    this.#opening.set(name, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(name);
    }
  }

  async #openEar(name: string, address: Address): Promise<Ear> {
    const ear = await this.redis.listen(address, (text, channel) => {
      const topic = topicOf(channel);
      this.events.found(text, (its) => its === topic && this.#wanted.has(its));
    });
    this.#ears.set(name, ear);
    this.#living.add(ear);
    void ear.ended.then(() => this.#lost(name, ear));
    if (this.#isClosed) ear.close();
    return ear;
  }

  // Cut off, kicked out for not reading fast enough, or told that a slot has moved: all the same.
  #lost(name: string, ear: Ear): void {
    this.#ears.delete(name);
    this.#living.delete(ear);
    const topics = [...this.#homes].flatMap(([topic, home]) => home === ear ? [topic] : []);
    for (const topic of topics) this.#homes.delete(topic);
    if (topics.length > 0) this.#isBehind = true;
    this.#settleSoon(topics);
  }
}

function groupsOf(topics: readonly string[], groupOf: (topic: string) => string): string[][] {
  return [...Map.groupBy(topics, groupOf).values()];
}

function inSlices(topics: readonly string[]): string[][] {
  const slices: string[][] = [];
  for (let from = 0; from < topics.length; from += groupMax) {
    slices.push(topics.slice(from, from + groupMax));
  }
  return slices;
}
