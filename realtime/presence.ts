/** Presence: who is here, stated to the other instances when it changes, told to those who watch. */
import { setImmediate } from "node:timers";
import type { AppParts } from "../domain/app.ts";
import { keepLastSeen, type Standing, standingsOf } from "../domain/presence.ts";
import { encodeStated, type Stated } from "../domain/presence_state.ts";
import type { Welcome } from "../domain/welcome.ts";
import type { Presence as Shown } from "../schemas/presence.ts";
import { type Bus, type Packet, userTopic } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { Attendance, type EndReason } from "./presence_attendance.ts";
import { PresenceLeases, presenceTopic } from "./presence_leases.ts";
import { Watching } from "./presence_watching.ts";
import { Rounds } from "./rounds.ts";

/** Whose connections make presence, and how the other instances are told. */
export interface PresenceHost {
  readonly users: ReadonlyMap<string, ReadonlySet<Connection>>;
  readonly bus: Bus;
}

const beatMs = 5_000;
const renewMs = 60_000;
const batchMax = 1_000;

/** Has no timer of its own: the heartbeat's ticks drive it. */
export class Presence {
  readonly #leases: PresenceLeases;
  readonly #attendance: Attendance;
  readonly #watching: Watching;
  /** Whose attendance has changed, and when they were seen. */
  readonly #changed = new Map<string, number>();
  /** Whose going is being written down: it is told when it can be read. */
  #keeping: ReadonlyMap<string, number> = new Map();
  /** What the store could not be told. */
  readonly #unwritten = new Set<string>();
  // Leases last ten minutes: a quarter of them is renewed each minute.
  readonly #renewalRounds = new Rounds(4, 1);
  readonly #standingRounds = new Rounds(3, batchMax);
  #beatDueAt = 0;
  #renewedAt = 0;
  #isBeating = false;
  #flushing: Promise<void> | null = null;
  #isClosed = false;

  constructor(readonly app: AppParts, readonly host: PresenceHost) {
    const { users, bus } = host;
    const changed = (userId: string, seenAt: number) => this.#note(userId, seenAt);
    this.#leases = new PresenceLeases(app);
    this.#attendance = new Attendance({ users, changed }, app.config.presenceGraceMs);
    this.#watching = new Watching({
      app,
      bus,
      leases: this.#leases,
      statedOf: (userId) => this.#attendance.statedOf(userId),
      isChanging: (userId) => this.#changed.has(userId) || this.#keeping.has(userId),
    });
  }

  /** How many users are watched here, and how many may be back in a moment. */
  get sizes(): { watched: number; leaving: number } {
    return { watched: this.#watching.size, leaving: this.#attendance.leaving };
  }

  /** Something is being stated or told at this moment. */
  get isBusy(): boolean {
    return this.#flushing !== null || this.#isBeating || this.#watching.isBusy;
  }

  /** A connection is ready. */
  came(connection: Connection, { platform, standing }: Welcome): void {
    if (this.app.config.presence === "off") return;
    connection.platform = platform;
    this.#attendance.came(connection, standing, this.#now());
  }

  /** A connection has ended, and is not among its user's any more. */
  went(connection: Connection, reason: EndReason): void {
    this.#watching.release(connection);
    this.#attendance.went(connection, reason, this.#now());
  }

  /** Sessions of a user have ended. */
  sessionsEnded(userId: string, ends: (sessionId: string) => boolean): void {
    this.#attendance.sessionsEnded(userId, ends);
  }

  /** How a user wants to be seen has changed: the other instances that they are on hear of it. */
  set(userId: string, standing: Standing): void {
    this.#attendance.set(userId, standing, this.#now());
    this.host.bus.publish(userTopic(userId), { type: "presence", news: { standing } });
  }

  /**
   * A connection watches these users too; gives how they are.
   * @throws `invalidInput` when they would be more than 200.
   */
  watch(connection: Connection, userIds: readonly string[]): Promise<Shown[]> {
    return this.#watching.watch(connection, userIds);
  }

  /** A connection watches these no more. */
  unwatch(connection: Connection, userIds: readonly string[]): void {
    this.#watching.unwatch(connection, userIds);
  }

  /** What one user may see of another has changed. */
  sightChanged(watcherId: string, userId: string): void {
    this.#watching.review(userId, watcherId);
    this.host.bus.publish(presenceTopic(userId), { type: "presence", news: { watcherId } });
  }

  /** Users have come into a conversation or left one: who sees them, and whom they see, may be others. */
  moved(userIds: readonly string[]): void {
    for (const userId of userIds) {
      this.#watching.review(userId);
      this.ended(this.host.users.get(userId) ?? []);
    }
  }

  /** A conversation has ended, which these connections followed. */
  ended(connections: Iterable<Connection>): void {
    for (const connection of connections) this.#watching.reviewAll(connection);
  }

  /** Another instance has told something. */
  receive(topic: string, { news }: Extract<Packet, { type: "presence" }>): void {
    const [, userId = ""] = topic.split("/");
    if ("standing" in news) this.#attendance.set(userId, news.standing, this.#now());
    else if ("watcherId" in news) this.#watching.review(userId, news.watcherId);
    else this.#watching.receive(userId, news.instance, news.lease);
  }

  /** Who of these is here, on whichever instance, and wants to be seen. */
  async onlineAmong(userIds: readonly string[]): Promise<Set<string>> {
    if (this.app.config.presence === "off" || userIds.length === 0) return new Set();
    const found = await this.#leases.read(userIds);
    return new Set(userIds.filter((userId, place) =>
      this.#attendance.statedOf(userId) !== null ||
      this.#leases.living(found?.[place]).length > 0
    ));
  }

  #note(userId: string, seenAt: number): void {
    this.#changed.set(userId, Math.max(seenAt, this.#changed.get(userId) ?? 0));
    if (this.#flushing !== null || this.#isClosed) return;
    // Later, so that all who come in one turn of the event loop are stated together.
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    this.#flushing = turn.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#changed.size > 0) {
      const batch = new Map([...this.#changed].slice(0, batchMax));
      for (const userId of batch.keys()) this.#changed.delete(userId);
      const states = this.#statesOf([...batch.keys()]);
      this.#keeping = batch;
      const kept = this.#keepSeen(batch);
      // Whoever is told of somebody's going reads when they were seen: that must be there.
      if ([...states.values()].includes(null)) await kept;
      this.#keeping = new Map();
      // Those who watch here are not kept waiting by the store.
      for (const userId of batch.keys()) this.#watching.review(userId);
      await Promise.all([kept, this.#state(states)]);
    }
    this.#flushing = null;
  }

  // Stated, then told: who hears of it and looks finds it so.
  async #state(states: ReadonlyMap<string, Stated | null>): Promise<void> {
    await this.#write(states);
    for (const [userId, stated] of states) {
      const lease = stated === null ? null : encodeStated(stated);
      const news = { instance: this.#leases.instance, lease };
      this.host.bus.publish(presenceTopic(userId), { type: "presence", news });
    }
  }

  #statesOf(userIds: readonly string[]): Map<string, Stated | null> {
    return new Map(userIds.map((userId) => [userId, this.#attendance.statedOf(userId)]));
  }

  async #write(states: ReadonlyMap<string, Stated | null>): Promise<void> {
    if (await this.#leases.write(states)) return;
    for (const userId of states.keys()) this.#unwritten.add(userId);
  }

  async #keepSeen(seen: ReadonlyMap<string, number>): Promise<void> {
    if (seen.size === 0) return;
    try {
      await keepLastSeen(this.app.database, seen);
    } catch (error) {
      this.app.log.error("last seen not kept", error);
    }
  }

  /** Time has gone on. */
  tick(now: number): void {
    this.#attendance.expire(now);
    const isIdle = this.host.users.size + this.#attendance.leaving + this.#watching.size === 0;
    // A clock that was put back must not stop the beats.
    const isEarly = now < this.#beatDueAt && this.#beatDueAt - now <= beatMs;
    if (this.#isBeating || this.#isClosed || isEarly) return;
    if ((isIdle && this.#unwritten.size === 0) || this.app.config.presence === "off") return;
    this.#beatDueAt = now + beatMs;
    this.#isBeating = true;
    void this.#beat(now).finally(() => this.#isBeating = false);
  }

  async #beat(now: number): Promise<void> {
    const { died, changed, isForgotten } = await this.#leases.beat();
    await this.#keepSeen(this.#watching.lostWith(died));
    this.#watching.reviewOn([...died.keys(), ...changed]);
    this.#watching.catchUp();
    await this.#renew(now, isForgotten);
    try {
      await this.#lookUpStandings();
      await this.#watching.sweep();
    } catch (error) {
      this.app.log.error("presence sweep failed", error);
    }
  }

  async #renew(now: number, isForgotten: boolean): Promise<void> {
    const all = [...this.host.users.keys()];
    const isDue = Math.abs(now - this.#renewedAt) >= renewMs;
    if (isDue) this.#renewedAt = now;
    const renewed = isDue ? this.#renewalRounds.next(all).flat() : [];
    const due = isForgotten ? all : renewed;
    const unwritten = [...this.#unwritten];
    this.#unwritten.clear();
    const states = this.#statesOf([...due, ...unwritten]);
    if (states.size > 0) await this.#write(states);
    const here = due.filter((userId) => states.get(userId) !== null);
    for (let from = 0; from < here.length; from += batchMax) {
      const some = here.slice(from, from + batchMax);
      await this.#keepSeen(new Map(some.map((userId) => [userId, now])));
    }
  }

  // The bus may have lost the word that somebody here is to be invisible.
  async #lookUpStandings(): Promise<void> {
    for (const slice of this.#standingRounds.next([...this.host.users.keys()])) {
      for (const [userId, standing] of await standingsOf(this.app.database, slice)) {
        this.#attendance.set(userId, standing, this.#now());
      }
    }
  }

  #now(): number {
    return this.app.clock.now().getTime();
  }

  /** States nothing more. What was stated lapses with the grace: those who come back elsewhere were never away. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#flushing;
    const seen = [...this.#attendance.seen(this.#now())];
    if (seen.length === 0) return;
    await this.#leases.holdSelf(Math.max(1, this.app.config.presenceGraceMs));
    for (let from = 0; from < seen.length; from += batchMax) {
      await this.#keepSeen(new Map(seen.slice(from, from + batchMax)));
    }
  }
}
