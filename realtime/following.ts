/** Following: connections of users who have become members are let into the room, from their own beginning. */
import type { AppParts } from "../domain/app.ts";
import { loadViewsOf } from "../domain/conversation_views.ts";
import {
  type ArrivalPlace,
  type Arrivals,
  arrivalsFrom,
  loadArrivals,
  type Membership,
} from "../domain/rooms.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { View } from "./joiners.ts";
import type { MineTeller } from "./mine.ts";
import type { Repair } from "./repair.ts";
import type { Room } from "./room.ts";

/** Whose connections follow. */
export interface FollowHost {
  readonly users: ReadonlyMap<string, ReadonlySet<Connection>>;
  readonly repair: Repair;
  readonly notices: { readonly mine: Pick<MineTeller, "followed"> };
  roomOf(conversationId: string): { room: Room };
  dropIfEmpty(room: Room): void;
}

/** A room whose newcomers' views are being read. */
interface Run {
  /** Asked for while they were read: no view may mean that it was read too early. */
  readonly again: Set<Connection>;
  done: Promise<void>;
}

// A view is read again when its user left and came back meanwhile: rarely once, never so often.
const inVainMax = 20;

/** Lets newcomers in: one read at a time for each room, for all who wait for it. */
export class Following {
  readonly #runs = new Map<Room, Run>();
  /** Whom the database did not let us see to: they are tried again. */
  #owed: Membership[] = [];
  /** Memberships that began before this transaction are known here; null while nobody is connected. */
  #since: string | null = null;

  constructor(readonly app: AppParts, readonly host: FollowHost) {}

  /**
   * Lets the local connections of members in; those that are in already stay. Resolves when they have
   * been told, or when the database does not answer: then the next sweep finds them.
   */
  async follow(conversationId: string, userIds: readonly string[]): Promise<void> {
    const ready = this.#readyOf(conversationId, userIds);
    if (ready.length === 0) return;
    // Its `rev` is learnt with the views; until then all that comes is held for the newcomers.
    const { room } = this.host.roomOf(conversationId);
    for (const connection of ready) room.expect(connection);
    const run = this.#runs.get(room);
    if (run !== undefined) { for (const connection of ready) run.again.add(connection); }
    await (run ?? this.#begin(room)).done;
  }

  // What is still being set up follows when it is ready.
  #readyOf(conversationId: string, userIds: readonly string[]): Connection[] {
    const ready: Connection[] = [];
    for (const userId of userIds) {
      for (const connection of this.host.users.get(userId) ?? []) {
        if (connection.opening === null) ready.push(connection);
        else connection.opening.joined.add(conversationId);
      }
    }
    return ready;
  }

  #begin(room: Room): Run {
    const run: Run = { again: new Set(), done: Promise.resolve() };
    if (room.expected.length === 0) {
      this.host.dropIfEmpty(room);
      return run;
    }
    this.#runs.set(room, run);
    run.done = this.#run(room, run);
    return run;
  }

  async #run(room: Room, run: Run): Promise<void> {
    try {
      // Who comes while the last ones are seen to is seen to as well: nobody else would.
      do {
        await this.#welcomeAll(room, run);
        // What happened before the room was heard of may have gone by.
        await this.host.repair.verify([room]);
      } while (room.expected.length > 0);
    } catch (error) {
      this.app.log.error("follow failed", error, { conversationId: room.id });
      for (const connection of room.expected) {
        this.#owed.push({ conversationId: room.id, userId: connection.userId });
        room.remove(connection);
      }
    } finally {
      this.#runs.delete(room);
      this.host.notices.mine.followed(room.id);
      this.host.dropIfEmpty(room);
    }
  }

  async #welcomeAll(room: Room, run: Run): Promise<void> {
    for (let inVain = 0, waiting = room.expected; waiting.length > 0;) {
      run.again.clear();
      await this.#welcome(room, run, waiting);
      const left = new Set(room.expected);
      inVain = waiting.every((connection) => left.has(connection)) ? inVain + 1 : 0;
      if (inVain > inVainMax) throw new Error("Views were void again and again");
      waiting = [...left];
    }
  }

  async #welcome(room: Room, { again }: Run, expected: readonly Connection[]): Promise<void> {
    const userIds = [...new Set(expected.map(({ userId }) => userId))];
    const views = new Map<string, View>();
    for (const { userId, view } of await loadViewsOf(this.app.database.orm, room.id, userIds)) {
      const params = { conversation: view };
      const notice = encodeNotification({ method: "conversation.joined", params });
      views.set(userId, { from: view.lastRev, firstSeq: view.firstSeq, notice });
    }
    for (const connection of expected) {
      const view = views.get(connection.userId);
      if (view !== undefined) room.welcome(connection, view);
      else if (!again.has(connection)) room.remove(connection);
    }
  }

  /** A connection knows all memberships that a snapshot at this position sees. */
  lookFrom(position: string): void {
    this.#since ??= position;
  }

  /** Lets in who is a member without our knowing: where no room is, a lost word of it leaves no gap. */
  async verify(): Promise<void> {
    if (this.host.users.size === 0) this.#since = null;
    if (this.#since === null) return;
    const owed = this.#owed.splice(0);
    try {
      this.#since = await this.#letIn(this.#since);
    } finally {
      // Whoever is owed still, once more, is put on the list again.
      for (const membership of owed) await this.#see(membership);
    }
  }

  // Gives where the next look begins: a transaction that is under way now may still commit an id that
  // lies before those seen here, so that is the first page's snapshot, not the last arrival.
  async #letIn(since: string): Promise<string> {
    let next: string | null = null;
    for (let after: ArrivalPlace | null = arrivalsFrom(since); after !== null;) {
      const arrivals: Arrivals = await loadArrivals(this.app.database, after);
      next ??= arrivals.position;
      for (const membership of arrivals.memberships) await this.#see(membership);
      after = arrivals.next;
    }
    return next!;
  }

  async #see(membership: Membership): Promise<void> {
    const { conversationId, userId } = membership;
    if (this.#lacks(membership)) await this.follow(conversationId, [userId]);
  }

  #connectionsOf(userId: string): Connection[] {
    return [...this.host.users.get(userId) ?? []].filter(({ opening }) => opening === null);
  }

  #lacks({ userId, conversationId }: Membership): boolean {
    return this.#connectionsOf(userId).some(({ rooms }) => {
      for (const { id } of rooms) if (id === conversationId) return false;
      return true;
    });
  }
}
