/** Repair: whatever the bus lost, delayed or reordered is read from the database and delivered in order. */
import type { AppParts } from "../domain/app.ts";
import { loadMissing, loadRevs, type Missing } from "../domain/rooms.ts";
import { headChanges, trimChanges } from "./encode.ts";
import type { Room } from "./room.ts";

/** Whose rooms are repaired. */
export interface RepairHost {
  readonly rooms: ReadonlyMap<string, Room>;
  /** These users' memberships began within the gap: they are let in anew, from their own beginning. */
  follow(conversationId: string, userIds: readonly string[]): Promise<void>;
}

/** How long a packet waits for its predecessor, and how often all rooms are compared. */
export interface RepairOptions {
  readonly waitMs: number;
  readonly retryMs: number;
  readonly sweepMs: number;
}

/** Two sweeps see every room: with 2 s between them that is within the 5 s of the contract. */
export const repairDefaults: RepairOptions = { waitMs: 50, retryMs: 1_000, sweepMs: 2_000 };

const sliceMin = 1_000;

/** Finds gaps by `rev` and fills them. */
export class Repair {
  readonly #timers = new Map<Room, ReturnType<typeof setTimeout>>();
  readonly #running = new Set<Room>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  #sweeping = false;
  #position = 0;

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
    let isWhole = false;
    try {
      await this.mend(room);
      isWhole = !room.hasGap;
    } catch (error) {
      // The database is away as well; the gap stays open until it answers.
      this.app.log.error("repair failed", error, { conversationId: room.id });
    } finally {
      this.#running.delete(room);
    }
    if (!isWhole && this.#isLive(room)) this.schedule(room, this.options.retryMs);
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
    }
  }

  #deliver(room: Room, missing: Missing): void {
    const rejoined = new Set(missing.joinedUserIds);
    for (const connection of [...room.connections]) {
      // Between leaving and coming back lies what they may not see.
      if (rejoined.has(connection.userId)) room.remove(connection);
    }
    let rest = missing.changes;
    for (const { userId, reason } of missing.departures) {
      const { rev } = missing.changes.members.find((member) => member.userId === userId)!;
      room.accept({ changes: headChanges(rest, rev), departures: [{ userId, reason }] });
      rest = trimChanges(rest, rev);
    }
    room.accept({ changes: rest, departures: [] });
    if (rejoined.size > 0) void this.host.follow(room.id, missing.joinedUserIds);
  }

  /** Compares a slice of the rooms with the database: what nobody told of is found here. */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const rooms = [...this.host.rooms.values()];
      const size = Math.max(sliceMin, Math.ceil(rooms.length / 2));
      if (this.#position >= rooms.length) this.#position = 0;
      const slice = rooms.slice(this.#position, this.#position + size);
      this.#position += size;
      await this.verify(slice);
    } catch (error) {
      this.app.log.warn("sweep failed", { reason: String(error) });
    } finally {
      this.#sweeping = false;
    }
  }

  /** Compares these rooms with the database. */
  async verify(rooms: readonly Room[]): Promise<void> {
    const revs = await loadRevs(this.app.database.orm, rooms.map(({ id }) => id));
    for (const room of rooms) {
      if (room.isStarted && (revs.get(room.id) ?? 0) > room.lastRev) this.schedule(room);
    }
  }

  /** Stops all timers. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
