/** One timer for all connections: pings, silence, and tokens that end, found on a wheel of buckets. */
import type { Clock } from "../domain/app.ts";
import type { CloseReason } from "./close_codes.ts";
import { encodeNotification } from "./encode.ts";

/** What the wheel needs of a connection. Times are milliseconds since the epoch. */
export interface Beating {
  readonly lastInboundAt: number;
  readonly tokenExpiresAt: number;
  push(message: string): void;
  close(reason: CloseReason): void;
}

interface Beat {
  bucket: Map<Beating, Beat>;
  nextPingAt: number;
  warned: boolean;
}

const bucketCount = 64;
const warnBeforeMs = 60_000;

/** Pings every connection each interval, from a random point on, and ends the silent and the expired. */
export class Heartbeat {
  readonly #buckets: Map<Beating, Beat>[] = Array.from({ length: bucketCount }, () => new Map());
  readonly #beats = new Map<Beating, Beat>();
  readonly #tickMs: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #position = 0;

  constructor(
    readonly clock: Clock,
    readonly options: { pingIntervalMs: number; onTick?: (now: number) => void },
  ) {
    this.#tickMs = Math.min(1_000, Math.ceil(options.pingIntervalMs / 5));
    this.#timer = setInterval(() => this.tick(), this.#tickMs);
  }

  /** How many connections are on the wheel. */
  get size(): number {
    return this.#beats.size;
  }

  /** Puts a connection on the wheel. */
  add(connection: Beating): void {
    const now = this.clock.now().getTime();
    const beat: Beat = {
      bucket: this.#buckets[this.#position]!,
      // Not all at once after a restart: the first ping comes at a random point.
      nextPingAt: now + Math.random() * this.options.pingIntervalMs,
      warned: false,
    };
    this.#beats.set(connection, beat);
    this.#place(connection, beat, now);
  }

  /** Takes a connection off the wheel. */
  remove(connection: Beating): void {
    this.#beats.get(connection)?.bucket.delete(connection);
    this.#beats.delete(connection);
  }

  /** A connection has a newer token: it will be warned again. */
  renew(connection: Beating): void {
    const beat = this.#beats.get(connection);
    if (beat !== undefined) beat.warned = false;
  }

  /** Turns the wheel by one bucket. */
  tick(): void {
    const now = this.clock.now().getTime();
    this.#position = (this.#position + 1) % bucketCount;
    const due = [...this.#buckets[this.#position]!];
    this.#buckets[this.#position]!.clear();
    const serverTime = new Date(now).toISOString();
    const ping = encodeNotification({ method: "ping", params: { serverTime } });
    for (const [connection, beat] of due) this.#visit(connection, beat, { now, ping });
    this.options.onTick?.(now);
  }

  #visit(connection: Beating, beat: Beat, at: { now: number; ping: string }): void {
    const { now, ping } = at;
    const { pingIntervalMs } = this.options;
    if (now >= connection.tokenExpiresAt) return this.#end(connection, "tokenExpired");
    if (now - connection.lastInboundAt >= 2 * pingIntervalMs) {
      return this.#end(connection, "heartbeatTimeout");
    }
    if (!beat.warned && now >= connection.tokenExpiresAt - warnBeforeMs) {
      beat.warned = true;
      const tokenExpiresAt = new Date(connection.tokenExpiresAt).toISOString();
      connection.push(
        encodeNotification({ method: "session.expiring", params: { tokenExpiresAt } }),
      );
    }
    if (now >= beat.nextPingAt) {
      beat.nextPingAt = now + pingIntervalMs;
      connection.push(ping);
    }
    this.#place(connection, beat, now);
  }

  #end(connection: Beating, reason: CloseReason): void {
    this.#beats.delete(connection);
    connection.close(reason);
  }

  // What lies beyond the wheel's reach is looked at when the wheel has come round.
  #place(connection: Beating, beat: Beat, now: number): void {
    const { lastInboundAt, tokenExpiresAt } = connection;
    const silentAt = lastInboundAt + 2 * this.options.pingIntervalMs;
    const tokenAt = beat.warned ? tokenExpiresAt : tokenExpiresAt - warnBeforeMs;
    const dueInMs = Math.min(beat.nextPingAt, silentAt, tokenAt) - now;
    const steps = Math.min(Math.max(Math.ceil(dueInMs / this.#tickMs), 1), bucketCount - 1);
    beat.bucket = this.#buckets[(this.#position + steps) % bucketCount]!;
    beat.bucket.set(connection, beat);
  }

  /** Stops the timer. */
  close(): void {
    clearInterval(this.#timer);
  }
}
