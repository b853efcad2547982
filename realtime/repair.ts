/** Repair: whatever the bus lost, delayed or reordered is read from the database and delivered in order. */
import type { AppParts } from "../domain/app.ts";
import { loadMissing, type Missing } from "../domain/rooms.ts";
import { endedAmong } from "../domain/session_ends.ts";
import type { Changes, ConversationState } from "../schemas/conversations.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification, headChanges, trimChanges } from "./encode.ts";
import type { Following } from "./following.ts";
import type { Room, RoomEvent } from "./room.ts";
import { Rounds } from "./rounds.ts";

/** Whose rooms are repaired. */
export interface RepairHost {
  readonly rooms: ReadonlyMap<string, Room>;
  /** All connections that take part. */
  connections(): Iterable<Connection>;
  /** Delivers what is next in a room. */
  deliver(event: RoomEvent): void;
  /** Lets those in whose membership began within a gap, or without a word. */
  readonly following: Pick<Following, "follow" | "verify">;
}

/** How long a packet waits for its predecessor, and how often all rooms are compared. */
export interface RepairOptions {
  readonly waitMs: number;
  readonly retryMs: number;
  readonly sweepMs: number;
}

/** Two sweeps see every room: with 2 s between them that is within the 5 s of the contract. */
export const repairDefaults: RepairOptions = { waitMs: 50, retryMs: 1_000, sweepMs: 2_000 };

// What is asked for at once: a look at each row.
const roomsAtOnce = 1_000;
const sessionsAtOnce = 1_000;
// Between the pages of a long gap: all at once it would make slow readers of everybody.
const pageEveryMs = 5;

function isWithin({ prevRev, rev }: Changes, state: ConversationState | null): boolean {
  return state !== null && state.rev > prevRev && state.rev <= rev;
}

/** Finds gaps by `rev` and fills them. */
export class Repair {
  readonly #timers = new Map<Room, ReturnType<typeof setTimeout>>();
  readonly #running = new Set<Room>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #roomRounds = new Rounds(2, roomsAtOnce);
  readonly #sessionRounds = new Rounds(2, sessionsAtOnce);
  #sweeping = false;
  #isBehind = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly app: AppParts,
    readonly host: RepairHost,
    readonly options: RepairOptions,
  ) {
    this.#sweeper = setInterval(() => void this.sweep(), options.sweepMs);
  }

  /** A room may lack something: it is looked at after a moment, in which the missing may still come. */
  schedule(room: Room, afterMs: number = this.options.waitMs): void {
    if (this.#timers.has(room) || this.#running.has(room)) return;
    this.#timers.set(room, setTimeout(() => void this.#due(room), afterMs));
  }

  async #due(room: Room): Promise<void> {
    this.#timers.delete(room);
    this.#running.add(room);
    const isWhole = await this.mendNow(room) && !room.hasGap;
    this.#running.delete(room);
    if (!isWhole && this.#isLive(room)) this.schedule(room, this.options.retryMs);
  }

  /** Reads what a room lacks and delivers it; false when the database is away: it is tried again. */
  async mendNow(room: Room): Promise<boolean> {
    try {
      await this.mend(room);
      return true;
    } catch (error) {
      // Nothing later is delivered in the room until the gap is filled.
      this.app.log.error("repair failed", error, { conversationId: room.id });
      return false;
    }
  }

  #isLive(room: Room): boolean {
    return this.host.rooms.get(room.id) === room;
  }

  /** Reads what a room lacks and delivers it. */
  async mend(room: Room): Promise<void> {
    for (let hasMore = true; hasMore && this.#isLive(room);) {
      const missing = await loadMissing(this.app.database.orm, room.id, room.lastRev);
      hasMore = missing.hasMore;
      if (missing.changes.rev > room.lastRev) this.#deliver(room, missing);
      if (hasMore) await new Promise((resolve) => setTimeout(resolve, pageEveryMs));
    }
  }

  #deliver(room: Room, missing: Missing): void {
    const rejoined = this.#expel(room, missing);
    let rest = missing.changes;
    for (const { userId, reason, state } of missing.departures) {
      const { rev } = missing.changes.members.find((member) => member.userId === userId)!;
      const head = headChanges(rest, rev);
      // The gap holds the state in its last form alone, and that may lie beyond their leaving.
      const conversation = head.conversation ?? (isWithin(head, state) ? state : null);
      this.host.deliver({ changes: { ...head, conversation }, departures: [{ userId, reason }] });
      rest = trimChanges(rest, rev);
    }
    this.host.deliver({ changes: rest, departures: [] });
    if (rejoined.length > 0) void this.host.following.follow(room.id, rejoined);
  }

  // Between leaving and coming back lies what they may not see. Gives who came back to stay.
  #expel(room: Room, { beginnings }: Missing): string[] {
    const rejoined: string[] = [];
    for (const { userId, joinedRev, left } of beginnings) {
      // Meanwhile the room may have come so far by itself.
      if (joinedRev <= room.lastRev) continue;
      const expelled = room.expel(userId, joinedRev);
      if (expelled.length > 0 && left === null) rejoined.push(userId);
      if (left === null) continue;
      const params = { conversationId: room.id, reason: left };
      const notice = encodeNotification({ method: "conversation.left", params });
      for (const connection of expelled) connection.push(notice);
    }
    return rejoined;
  }

  /**
   * Compares half of the rooms, who has come, and half of the sessions with the database: what nobody
   * told of is found here.
   */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      if (this.#isBehind) await this.#look();
      await this.#look();
      this.#isBehind = false;
    } catch (error) {
      this.app.log.error("sweep failed", error);
      // It may have waited for an answer as long as it may: everything is looked at without delay.
      this.#isBehind = true;
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.sweep(), this.options.retryMs);
    } finally {
      this.#sweeping = false;
    }
  }

  async #look(): Promise<void> {
    const { rooms, following } = this.host;
    for (const slice of this.#roomRounds.next([...rooms.values()])) await this.verify(slice);
    await following.verify();
    for (const slice of this.#sessionRounds.next([...this.host.connections()])) {
      await this.endRevoked(slice);
    }
  }

  /** Ends those of these connections whose sessions have ended. */
  async endRevoked(connections: readonly Connection[]): Promise<void> {
    const ids = new Set(connections.map(({ actor }) => actor.sessionId));
    const ended = await endedAmong(this.app.database, [...ids]);
    for (const connection of connections) {
      const reason = ended.get(connection.actor.sessionId);
      if (reason !== undefined) connection.close(reason);
    }
  }

  /** A room has come to `rev` elsewhere, with changes that were not told. */
  note(room: Room | undefined, rev: number): void {
    if (room?.isStarted && rev > room.lastRev) this.schedule(room);
  }

  /** Compares these rooms with the database. */
  async verify(rooms: readonly Room[]): Promise<void> {
    const revs = await Promise.all(rooms.map(({ id }) => this.app.revs.get(id)));
    rooms.forEach((room, place) => this.note(room, revs[place] ?? 0));
  }

  /** Stops all timers. */
  close(): void {
    clearInterval(this.#sweeper);
    clearTimeout(this.#again);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
