/** Watching: what connections are told of the users they watch, of what they may see, once and in order. */
import { setImmediate } from "node:timers";
import type { AppParts } from "../domain/app.ts";
import { requireRoom } from "../domain/load.ts";
import { presenceOf, signOf, type Stated, together } from "../domain/presence_state.ts";
import { noSight, sightKey } from "../domain/sights.ts";
import { fail } from "../errors.ts";
import { type Presence, watchedMax } from "../schemas/presence.ts";
import type { Bus } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import { type PresenceLeases, presenceTopic } from "./presence_leases.ts";
import { Subject } from "./presence_subject.ts";
import { Rounds } from "./rounds.ts";

/** What watching stands on. */
export interface WatchParts {
  readonly app: Pick<AppParts, "sights" | "clock" | "log" | "config" | "load">;
  readonly bus: Bus;
  readonly leases: PresenceLeases;
  /** What this instance itself states of a user. */
  statedOf(userId: string): Stated | null;
  /** That is about to be another; then they are reviewed. */
  isChanging(userId: string): boolean;
}

type Due = Map<Connection, Set<Subject>>;

/** Subscribes to those alone whom somebody here watches. */
export class Watching {
  readonly #subjects = new Map<string, Subject>();
  readonly #watchers = new Set<Connection>();
  /** Read too slowly to be told the last news: they are told how it is then. */
  readonly #behind = new Set<Connection>();
  // What the bus has lost is found in three beats, what nobody has told of who may see whom in twelve.
  readonly #subjectRounds = new Rounds(3, 500);
  readonly #watcherRounds = new Rounds(12, 20);
  #due: Due = new Map();
  #isRunning = false;

  constructor(readonly parts: WatchParts) {}

  /** How many users are watched here. */
  get size(): number {
    return this.#subjects.size;
  }

  /** Something is being told at this moment. */
  get isBusy(): boolean {
    return this.#isRunning;
  }

  /**
   * A connection watches these users too; gives how they are.
   * @throws `invalidInput` when they would be more than 200, `overloaded`.
   */
  async watch(connection: Connection, userIds: readonly string[]): Promise<Presence[]> {
    requireRoom(this.parts.app, "presence");
    const subjects = this.#begin(connection, new Set(userIds));
    try {
      await Promise.all([this.#learn(subjects), this.#look(connection, subjects)]);
    } catch (error) {
      this.unwatch(connection, subjects.filter((one) => !isTold(one, connection)).map(idOf));
      throw error;
    }
    return subjects.map((subject) => {
      const { presence, sign } = this.#show(subject, connection);
      const watch = subject.watches.get(connection);
      if (watch !== undefined) watch.told = sign;
      return presence;
    });
  }

  // Before anything is awaited: a connection that ends meanwhile is released with all it watches.
  #begin(connection: Connection, userIds: ReadonlySet<string>): Subject[] {
    const watched = connection.watched ?? new Set<Subject>();
    const known = [...watched].filter(({ userId }) => userIds.has(userId)).length;
    if (watched.size + userIds.size - known > watchedMax) {
      const message =
        `Expected at most ${watchedMax} that are watched, ${watched.size} are already`;
      throw fail("invalidInput", { errors: [{ path: "userIds", message }] });
    }
    const subjects = [...userIds].map((userId) => this.#subjectOf(userId));
    if (!connection.isOpen || subjects.length === 0) return subjects;
    for (const subject of subjects) {
      this.#subjects.set(subject.userId, subject);
      watched.add(subject);
      if (subject.watches.size === 0) this.parts.bus.join(presenceTopic(subject.userId));
      if (!subject.watches.has(connection)) {
        subject.watches.set(connection, { sight: null, told: null });
      }
    }
    connection.watched = watched;
    this.#watchers.add(connection);
    return subjects;
  }

  #subjectOf(userId: string): Subject {
    return this.#subjects.get(userId) ?? new Subject(userId);
  }

  /** A connection watches these no more. */
  unwatch(connection: Connection, userIds: readonly string[]): void {
    for (const userId of userIds) {
      const subject = this.#subjects.get(userId);
      if (subject === undefined || !subject.watches.delete(connection)) continue;
      connection.watched?.delete(subject);
      if (subject.watches.size > 0) continue;
      this.#subjects.delete(userId);
      this.parts.bus.leave(presenceTopic(userId));
    }
    if (connection.watched?.size === 0) this.#forget(connection);
  }

  /** A connection has ended. */
  release(connection: Connection): void {
    if (connection.watched !== null) this.unwatch(connection, [...connection.watched].map(idOf));
  }

  #forget(connection: Connection): void {
    connection.watched = null;
    this.#watchers.delete(connection);
    this.#behind.delete(connection);
    this.#due.delete(connection);
  }

  /** Another instance has told what it states of a user. */
  receive(userId: string, instance: string, lease: string | null): void {
    this.parts.leases.heard(instance);
    this.#subjects.get(userId)?.hear(instance, lease);
    this.review(userId);
  }

  /** Something of a user may be new to those who watch them, or to one of these alone. */
  review(userId: string, watcherId?: string): void {
    const subject = this.#subjects.get(userId);
    for (const connection of subject?.watches.keys() ?? []) {
      if (watcherId === undefined || connection.userId === watcherId) {
        this.#owe(connection, [subject!]);
      }
    }
  }

  /** Something may be new to a connection of any of those whom it watches. */
  reviewAll(connection: Connection): void {
    if (connection.watched !== null) this.#owe(connection, connection.watched);
  }

  #owe(connection: Connection, subjects: Iterable<Subject>): void {
    let due = this.#due.get(connection);
    if (due === undefined) this.#due.set(connection, due = new Set());
    for (const subject of subjects) due.add(subject);
    this.#schedule();
  }

  // Later, so that all that happens in one turn of the event loop is one question and one frame.
  #schedule(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#run());
  }

  // One at a time: what is told later was read later.
  async #run(): Promise<void> {
    try {
      while (this.#due.size > 0) await this.#tellAll();
    } catch (error) {
      this.parts.app.log.error("presence not told", error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #tellAll(): Promise<void> {
    const due = this.#due;
    this.#due = new Map();
    if (!this.parts.app.load.admits("presence")) {
      // They are told how it is then once the instance has caught up.
      for (const connection of due.keys()) if (connection.isOpen) this.#behind.add(connection);
      return;
    }
    const looks = [...due].map(([connection, subjects]) => this.#look(connection, subjects));
    const looked = await Promise.allSettled(looks);
    const failed = looked.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    if (failed === undefined) { for (const [one, subjects] of due) this.#tell(one, subjects); }
    else {
      // With the next beat.
      for (const connection of due.keys()) if (connection.isOpen) this.#behind.add(connection);
      throw failed.reason;
    }
  }

  /** Reads what a connection may see; whatever is told next is decided by what was read last. */
  async #look(connection: Connection, subjects: Iterable<Subject>): Promise<void> {
    await Promise.all([...subjects].map(async (subject) => {
      const key = sightKey(connection.userId, subject.userId);
      const sight = await this.parts.app.sights.get(key) ?? noSight;
      const watch = subject.watches.get(connection);
      if (watch !== undefined) watch.sight = sight;
    }));
  }

  #tell(connection: Connection, subjects: Iterable<Subject>): void {
    const news: { presence: Presence; said: () => void }[] = [];
    for (const subject of subjects) {
      const watch = subject.watches.get(connection);
      // Who is about to be answered needs no news.
      if (watch === undefined || watch.told === null) continue;
      // What was read is older than this news: both are told with the next look.
      const isDue = this.#due.get(connection)?.has(subject) ?? false;
      if (isDue || this.parts.isChanging(subject.userId)) continue;
      const { presence, sign } = this.#show(subject, connection);
      if (sign !== watch.told) news.push({ presence, said: () => void (watch.told = sign) });
    }
    if (news.length === 0) return;
    const params = { presences: news.map(({ presence }) => presence) };
    if (connection.pushLively(encodeNotification({ method: "presence", params }))) {
      for (const { said } of news) said();
    } else if (connection.isOpen) this.#behind.add(connection);
  }

  #show(subject: Subject, connection: Connection): { presence: Presence; sign: string } {
    const sight = subject.watches.get(connection)?.sight ?? noSight;
    const stated = this.#statedOf(subject);
    const now = this.parts.app.clock.now();
    const presence = presenceOf(subject.userId, { stated, sight, now });
    return { presence, sign: signOf(stated, sight) };
  }

  #statedOf(subject: Subject): Stated | null {
    const all: Stated[] = [];
    const here = this.parts.statedOf(subject.userId);
    if (here !== null) all.push(here);
    for (const [instance, { stated }] of subject.members) {
      if (this.parts.leases.isAlive(instance)) all.push(stated);
    }
    return together(all);
  }

  async #learn(subjects: readonly Subject[], isSweep = false): Promise<void> {
    const asked = isSweep ? subjects : subjects.filter(({ isKnown }) => !isKnown);
    const news = asked.map((subject) => subject.news);
    const found = await this.parts.leases.read(asked.map(idOf));
    asked.forEach((subject, place) => {
      // What was told meanwhile is newer.
      if (found === null || subject.news !== news[place]) return;
      if (subject.compare(found[place]!)) this.review(subject.userId);
    });
  }

  /** Who is offline because an instance has died, and since when. */
  lostWith(died: ReadonlyMap<string, number>): Map<string, number> {
    const lost = new Map<string, number>();
    for (const subject of died.size === 0 ? [] : this.#subjects.values()) {
      const seenAt = Math.max(...[...died].map(([id, at]) => subject.isOn(id) ? at : 0));
      if (seenAt > 0 && this.#statedOf(subject) === null) lost.set(subject.userId, seenAt);
    }
    return lost;
  }

  /** What these instances state counts no more, or again. */
  reviewOn(instances: readonly string[]): void {
    for (const subject of instances.length === 0 ? [] : this.#subjects.values()) {
      if (instances.some((id) => subject.isOn(id))) this.review(subject.userId);
    }
  }

  /** Tells those who read again what they missed. */
  catchUp(): void {
    if (!this.parts.app.load.admits("presence")) return;
    const { outboxLivelyBytesMax } = this.parts.app.config;
    for (const connection of this.#behind) {
      if (connection.bufferedBytes > outboxLivelyBytesMax) continue;
      this.#behind.delete(connection);
      this.reviewAll(connection);
    }
  }

  /** Finds a part of what nobody told of. */
  async sweep(): Promise<void> {
    for (const slice of this.#watcherRounds.next([...this.#watchers])) {
      for (const connection of slice) this.reviewAll(connection);
    }
    for (const slice of this.#subjectRounds.next([...this.#subjects.values()])) {
      await this.#learn(slice, true);
    }
  }
}

function idOf({ userId }: Subject): string {
  return userId;
}

function isTold({ watches }: Subject, connection: Connection): boolean {
  return (watches.get(connection)?.told ?? null) !== null;
}
