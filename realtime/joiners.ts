/** Connections on their way into a room: what happens while they come is kept for them. */
import type { Changes } from "../schemas/conversations.ts";
import type { Connection } from "./connection.ts";
import { trimChanges } from "./encode.ts";

interface Joiner {
  /** The `rev` that its view is from, once that has been told; null while it is being read. */
  from: number | null;
  /** A view from before this is void: what came then was not kept, or is not its user's to see. */
  since: number;
  backlog: Changes[];
}

/** What a newcomer has been told of the conversation: up to which change, and where its reading begins. */
export interface View {
  readonly from: number;
  readonly firstSeq: number;
  /** `conversation.joined`, encoded. */
  readonly notice: string;
}

/** Somebody whom the room has come far enough for, and what it must be told first. */
export interface Arrival {
  readonly connection: Connection;
  readonly missed: readonly Changes[];
}

// Whom more than this has happened for since its view was asked for has it read again.
const backlogMax = 1_000;

function after(changes: readonly Changes[], rev: number): Changes[] {
  return changes.filter((one) => one.rev > rev).map((one) => trimChanges(one, rev));
}

/** The joiners of one room. */
export class Joiners {
  readonly #joiners = new Map<Connection, Joiner>();

  /** How many there are. */
  get size(): number {
    return this.#joiners.size;
  }

  /** All of them. */
  get all(): Connection[] {
    return [...this.#joiners.keys()];
  }

  /** Those whose view is being read, or must be read again. */
  get expected(): Connection[] {
    const expected: Connection[] = [];
    for (const [connection, { from }] of this.#joiners) {
      if (from === null) expected.push(connection);
    }
    return expected;
  }

  /** Begins to keep what happens for a connection; the room has come as far as `since`. */
  expect(connection: Connection, since: number): void {
    if (this.#joiners.has(connection)) return;
    this.#joiners.set(connection, { from: null, since, backlog: [] });
  }

  /** A connection that has all up to `from` waits until the room has come as far. */
  wait(connection: Connection, from: number): void {
    this.#joiners.set(connection, { from, since: from, backlog: [] });
  }

  /** Whether a connection is here. */
  has(connection: Connection): boolean {
    return this.#joiners.has(connection);
  }

  /** A connection has come in, or goes elsewhere. */
  delete(connection: Connection): void {
    this.#joiners.delete(connection);
  }

  /**
   * The view of an expected connection is from `from`. Gives what has happened since; null when the
   * view is void.
   */
  view(connection: Connection, from: number): Changes[] | null {
    const joiner = this.#joiners.get(connection);
    if (joiner === undefined || joiner.from !== null || from < joiner.since) return null;
    const missed = after(joiner.backlog, from);
    joiner.from = from;
    joiner.backlog = [];
    return missed;
  }

  /** Keeps changes for those who are expected; gives those whom the room has come far enough for. */
  take(changes: Changes): Arrival[] {
    const arrivals: Arrival[] = [];
    for (const [connection, joiner] of this.#joiners) {
      if (joiner.from !== null) {
        if (changes.rev < joiner.from) continue;
        this.#joiners.delete(connection);
        arrivals.push({ connection, missed: after([changes], joiner.from) });
      } else if (joiner.backlog.length < backlogMax) joiner.backlog.push(changes);
      else this.#void(joiner, changes.rev);
    }
    return arrivals;
  }

  #void(joiner: Joiner, rev: number): void {
    joiner.since = Math.max(joiner.since, rev);
    joiner.backlog = [];
  }

  /** Nothing from before `rev` has been kept for anybody, or for one user's connections. */
  voidBefore(rev: number, userId?: string): void {
    for (const [connection, joiner] of this.#joiners) {
      if (userId === undefined || connection.userId === userId) this.#void(joiner, rev);
    }
  }

  /** A user's connections that were told a view from before `rev`. */
  toldBefore(rev: number, userId: string): Connection[] {
    const told: Connection[] = [];
    for (const [connection, { from }] of this.#joiners) {
      if (connection.userId === userId && from !== null && from < rev) told.push(connection);
    }
    return told;
  }
}
