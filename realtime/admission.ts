/** Who may connect: the limits on connections, held until their sockets are really gone. */
import type { Config } from "../config.ts";
import type { Clock } from "../domain/app.ts";
import { type Load, requireRoom } from "../domain/load.ts";
import { fail, later, overloaded } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** A place that a connection takes. */
export interface Place {
  readonly userId: string;
  readonly address: string;
}

const reapAfterMs = 60_000;
// A client that goes away before its upgrade is answered leaves a socket that neither opens nor closes:
// the runtime says nothing of it (tried with 2.9.6).
const openWithinMs = 10_000;

function bump(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** Counts connections by user and address, those that are closing too: their buffers still cost. */
export class Admission {
  readonly #byUser = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();
  readonly #settled = new Set<Connection>();
  readonly #unopened = new Map<Connection, number>();
  readonly #closing = new Map<Connection, number>();
  // Closed, and for longer than an honest peer takes; the runtime has no way to cut them.
  readonly #lingering = new Set<Connection>();
  #count = 0;
  #isDraining = false;

  constructor(readonly config: Config, readonly clock: Clock, readonly load: Load) {}

  /** How many places are taken. */
  get count(): number {
    return this.#count;
  }

  /** From now on nobody is let in. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Whether nobody is let in any more. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Bytes that closed sockets still hold because their peers do not read. */
  closingBytes(): number {
    let bytes = 0;
    for (const connection of this.#closing.keys()) bytes += connection.bufferedBytes;
    return bytes;
  }

  /**
   * Refuses everybody while there is no room, whoever they are.
   * @throws `draining`, `overloaded`.
   */
  requireRoom(): void {
    const { config } = this;
    if (this.#isDraining) throw fail("draining", { retryAfterMs: later() });
    const isFull = this.#count >= config.connectionsMax;
    if (isFull || this.closingBytes() > config.closingBytesMax) throw overloaded();
    requireRoom(this, "connection");
  }

  /**
   * Takes a place.
   * @throws `draining`, `overloaded`, `rateLimited`.
   */
  take({ userId, address }: Place): void {
    const { config } = this;
    this.requireRoom();
    const ofUser = this.#byUser.get(userId) ?? 0;
    const ofAddress = config.rateLimits === "on" ? this.#byAddress.get(address) ?? 0 : 0;
    if (ofUser >= config.connectionsPerUserMax || ofAddress >= config.connectionsPerAddressMax) {
      throw fail("rateLimited", { retryAfterMs: later() });
    }
    this.#count++;
    bump(this.#byUser, userId, 1);
    bump(this.#byAddress, address, 1);
  }

  /** A place is now a connection, whose socket has yet to open. */
  settle(connection: Connection): void {
    this.#settled.add(connection);
    this.#unopened.set(connection, this.clock.now().getTime());
  }

  /** A connection's socket has opened. */
  opened(connection: Connection): void {
    this.#unopened.delete(connection);
  }

  /** A connection has ended, and its socket is on its way out. */
  closing(connection: Connection): void {
    if (this.#settled.has(connection)) this.#closing.set(connection, this.clock.now().getTime());
  }

  /** Gives a connection's place back, once. */
  release(connection: Connection): void {
    this.#unopened.delete(connection);
    this.#closing.delete(connection);
    if (!this.#settled.delete(connection)) return;
    if (this.#lingering.delete(connection)) bump(this.#byUser, connection.userId, 1);
    this.giveBack(connection);
  }

  /** Gives back a place that never became a connection. */
  giveBack({ userId, address }: Place): void {
    this.#count--;
    bump(this.#byUser, userId, -1);
    bump(this.#byAddress, address, -1);
  }

  /** Gives back the places of sockets that went without a word. */
  reap(now: number): void {
    for (const [connection, since] of this.#unopened) {
      if (now - since < openWithinMs) break;
      connection.close("heartbeatTimeout");
      this.release(connection);
    }
    for (const [connection, since] of this.#closing) {
      if (now - since < reapAfterMs) break;
      if (connection.isGone || connection.bufferedBytes === 0) this.#linger(connection);
    }
    // The runtime has been seen to miss the close event after a close from our side
    // (denoland/deno#27924).
    for (const connection of this.#lingering) {
      if (connection.isGone) this.release(connection);
    }
  }

  // Its user may connect anew; the address and the instance bear it until it is gone.
  #linger(connection: Connection): void {
    this.#closing.delete(connection);
    this.#lingering.add(connection);
    bump(this.#byUser, connection.userId, -1);
  }
}
