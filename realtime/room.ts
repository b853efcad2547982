/** A room: a conversation on this instance, its local connections, and its changes in unbroken order. */
import type { Departure } from "../domain/app.ts";
import type { Changes, Member } from "../schemas/conversations.ts";
import type { Connection } from "./connection.ts";
import { Beginnings } from "./beginnings.ts";
import { encodeNotification, isDismissal, trimChanges } from "./encode.ts";
import { type Arrival, Joiners, type View } from "./joiners.ts";
import { RoomSeats } from "./room_seats.ts";
import type { Flushable, Turn } from "./turn.ts";

/** Changes and who left with them. */
export interface RoomEvent {
  readonly changes: Changes;
  readonly departures: readonly Departure[];
}

/** A frame on its way to those who were here when it was encoded. */
interface Sending {
  readonly frame: string;
  readonly to: Connection[];
  next: number;
}

/** Who looks after a room. */
export interface RoomKeeper {
  readonly turn: Turn;
  /** Changes have come whose predecessors have not. */
  gapped(room: Room): void;
  /** These users are members: their connections belong into the room. */
  arrived(room: Room, userIds: readonly string[]): void;
  /** This user is a member no more. */
  departed(room: Room, userId: string): void;
  /** The conversation has ended for all: these were here, and nobody is any more. */
  dismissed(room: Room, connections: readonly Connection[]): void;
  failed(error: unknown): void;
}

// What waits for a lost predecessor; more than this is read from the database instead.
const heldMax = 1_000;
const unknown = -1;

// Sends of one turn. A large room is written in slices: between them the loop reads what has come in
// and asks the database, instead of standing still for as long as the room is large.
const sliceMax = 16;

/** Delivers each change once, in `rev` order, to all connections with one encoding. */
export class Room implements Flushable {
  readonly connections = new Set<Connection>();
  readonly #joiners = new Joiners();
  readonly #beginnings = new Beginnings();
  readonly seats = new RoomSeats();
  readonly #held = new Map<number, RoomEvent>();
  readonly #sending: Sending[] = [];
  #pending: Changes[] = [];
  #startRev = unknown;
  #lastRev = unknown;

  constructor(readonly id: string, readonly keeper: RoomKeeper) {}

  /** The last change that was delivered. */
  get lastRev(): number {
    return this.#lastRev;
  }

  /** It is known how far the conversation has come; until then all that comes is held. */
  get isStarted(): boolean {
    return this.#lastRev !== unknown;
  }

  /** Something waits for a predecessor that has not come. */
  get hasGap(): boolean {
    return this.isStarted && this.#held.size > 0;
  }

  /** Nobody is here or on the way in. */
  get isEmpty(): boolean {
    return this.connections.size === 0 && this.#joiners.size === 0;
  }

  /** The conversation has come as far as `rev`; does nothing once that is known. */
  startAt(rev: number): void {
    if (this.isStarted) return;
    this.#startRev = rev;
    this.#lastRev = rev;
    this.#joiners.voidBefore(rev);
    this.#deliverHeld();
    if (this.hasGap) this.keeper.gapped(this);
  }

  /** Takes changes in any order and delivers what is next. */
  accept(event: RoomEvent): void {
    const { changes } = event;
    if (changes.rev <= this.#lastRev) return;
    if (!this.isStarted || changes.prevRev > this.#lastRev) {
      if (this.#held.size < heldMax) this.#held.set(changes.prevRev, event);
      if (this.isStarted) this.keeper.gapped(this);
      return;
    }
    this.#deliver({ ...event, changes: trimChanges(changes, this.#lastRev) });
    if (this.#held.size > 0) this.#deliverHeld();
  }

  #deliverHeld(): void {
    for (let next = this.#held.get(this.#lastRev); next; next = this.#held.get(this.#lastRev)) {
      this.#deliver(next);
    }
    // A repair may have passed what was held; it must not stay for ever.
    for (const [prevRev, { changes }] of this.#held) {
      if (changes.rev <= this.#lastRev) this.#held.delete(prevRev);
    }
  }

  #deliver({ changes, departures }: RoomEvent): void {
    this.#lastRev = changes.rev;
    this.#pending.push(changes);
    this.seats.update(changes);
    if (this.#joiners.size > 0) {
      for (const arrival of this.#joiners.take(changes)) this.#admit(arrival);
    }
    if (departures.length > 0) this.#letGo(departures, changes.rev);
    if (isDismissal(changes)) return this.#end();
    if (changes.members.length > 0) this.#callIn(changes.members);
    this.keeper.turn.addRoom(this);
  }

  // Everybody gets the changes that say so, the word that it is over, and nothing after.
  #end(): void {
    this.#encode();
    this.#write(Infinity);
    const params = { conversationId: this.id, reason: "dismissed" as const };
    const notice = encodeNotification({ method: "conversation.left", params });
    const all = [...this.connections];
    for (const connection of all) {
      this.#tell(connection, notice);
      this.remove(connection);
    }
    for (const connection of this.#joiners.all) this.remove(connection);
    this.keeper.dismissed(this, all);
  }

  // The word that somebody joined may be lost, or come before the word that they had left.
  #callIn(members: readonly Member[]): void {
    const living = members.filter(({ leftAt }) => leftAt === null);
    if (living.length > 0) this.keeper.arrived(this, living.map(({ userId }) => userId));
  }

  // They get the changes that say so, the word that they left, and nothing after.
  #letGo(departures: readonly Departure[], rev: number): void {
    for (const { userId, reason } of departures) {
      this.keeper.departed(this, userId);
      this.#joiners.voidBefore(rev, userId);
      const params = { conversationId: this.id, reason };
      const notice = encodeNotification({ method: "conversation.left", params });
      for (const connection of this.#dismiss(userId)) this.#tell(connection, notice);
    }
  }

  /** Takes a user's connections out; what is on its way to them goes first. */
  #dismiss(userId: string): Connection[] {
    const theirs = [...this.connections].filter((connection) => connection.userId === userId);
    if (theirs.length > 0) this.#encode();
    for (const connection of theirs) {
      for (const { frame, to, next } of this.#sending) {
        const place = to.indexOf(connection, next);
        if (place >= 0) this.#tell(to.splice(place, 1)[0]!, frame);
      }
      this.remove(connection);
    }
    return theirs;
  }

  /**
   * A user's membership began anew at `joinedRev`, which has not been delivered: what lies between is
   * not theirs to see. Takes their connections out, and gives those that followed until now.
   */
  expel(userId: string, joinedRev: number): Connection[] {
    this.seats.drop(userId);
    this.#joiners.voidBefore(joinedRev, userId);
    const told = this.#joiners.toldBefore(joinedRev, userId);
    for (const connection of told) this.remove(connection);
    return [...this.#dismiss(userId), ...told];
  }

  /** Writes what has happened to all connections: encoded once, the same text for each. */
  flush(): void {
    if (this.#sending.length === 0) this.#encode();
    this.#write(sliceMax);
    if (this.#sending.length > 0 || this.#pending.length > 0) this.keeper.turn.addRoom(this);
  }

  // The senders come first, with their answer in the same frame: they go on while others are written.
  #encode(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const to = [...this.connections];
    const answered = to.filter(({ outbox }) => outbox.hasWaiting);
    const others = answered.length === 0 ? to : to.filter(({ outbox }) => !outbox.hasWaiting);
    for (const { frame, to } of this.#beginnings.encode(pending, [...answered, ...others])) {
      this.#sending.push({ frame, to, next: 0 });
    }
  }

  #write(sendsMax: number): void {
    for (let sends = 0; sends < sendsMax && this.#sending.length > 0; sends++) {
      const first = this.#sending[0]!;
      const connection = first.to[first.next++];
      if (connection === undefined) this.#sending.shift();
      else this.#tell(connection, first.frame);
    }
  }

  // At once: gathered with other rooms' frames it would be copied for each member.
  #tell(connection: Connection, frame: string): void {
    // One dead member must not cost those after it their message.
    try {
      connection.pushNow(frame);
    } catch (error) {
      connection.failed(error);
    }
  }

  /** Encoding has failed: a fault of ours. */
  failed(error: unknown): void {
    this.keeper.failed(error);
  }

  /** Writes a message that leaves no trace to all but one user's connections. */
  tellOthers(message: string, exceptUserId: string | undefined, lively: boolean): void {
    for (const connection of this.connections) {
      if (connection.userId === exceptUserId) continue;
      if (lively) connection.pushLively(message);
      else connection.push(message);
    }
  }

  /**
   * Lets a connection in that has all up to `from`; at once, or when the room has come that far. False
   * when the room began later than that: whether its user has left in between is not known here.
   */
  attach(connection: Connection, from: number, firstSeq = 1): boolean {
    if (this.connections.has(connection) || !connection.isOpen) return true;
    if (this.isStarted && from < this.#startRev) return false;
    connection.rooms.add(this);
    this.#beginnings.set(connection, firstSeq);
    this.#joiners.wait(connection, from);
    this.startAt(from);
    if (!this.#joiners.has(connection)) return true;
    if (this.lastRev >= from) this.#admit({ connection, missed: [] });
    else this.keeper.gapped(this);
    return true;
  }

  /** Begins to keep what happens for a connection while its view is being read. */
  expect(connection: Connection): void {
    if (this.connections.has(connection) || !connection.isOpen) return;
    connection.rooms.add(this);
    this.#joiners.expect(connection, this.#lastRev);
  }

  /** The connections whose view is being read, or must be read again. */
  get expected(): Connection[] {
    return this.#joiners.expected;
  }

  /**
   * An expected connection has a view: it is told, and follows from there on. When the view is void,
   * it stays expected.
   */
  welcome(connection: Connection, { from, firstSeq, notice }: View): void {
    if (!this.#joiners.has(connection)) return;
    this.#beginnings.set(connection, firstSeq);
    this.startAt(from);
    const missed = this.#joiners.view(connection, from);
    if (missed === null) return;
    connection.push(notice);
    if (this.lastRev >= from) this.#admit({ connection, missed });
  }

  #admit({ connection, missed }: Arrival): void {
    // What waits to be written is from before its time, or among what it missed.
    this.#encode();
    this.#joiners.delete(connection);
    for (const { frame } of this.#beginnings.encode(missed, [connection])) connection.push(frame);
    this.connections.add(connection);
  }

  /** A connection leaves or is lost. */
  remove(connection: Connection): void {
    this.connections.delete(connection);
    this.#joiners.delete(connection);
    this.#beginnings.delete(connection);
    connection.rooms.delete(this);
  }
}
