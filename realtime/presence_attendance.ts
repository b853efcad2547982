/** Attendance: who is on this instance, from where, how they want to be seen, and who may be back in a moment. */
import { plainStanding, type Standing } from "../domain/presence.ts";
import type { Stated } from "../domain/presence_state.ts";
import { Platform } from "../schemas/auth.ts";
import type { CloseReason } from "./close_codes.ts";
import type { Connection } from "./connection.ts";

/** Why a connection has ended, as its host is told. */
export type EndReason = CloseReason | "closedByPeer";

/** Whose attendance it is, and who is told when it changes: the user was last seen at `seenAt`. */
export interface AttendanceHost {
  readonly users: ReadonlyMap<string, ReadonlySet<Connection>>;
  changed(userId: string, seenAt: number): void;
}

// Whoever was put out does not come back in a moment.
const finalReasons: ReadonlySet<EndReason> = new Set(["sessionRevoked", "accountLocked"]);

interface Leaving {
  readonly userId: string;
  readonly sessionId: string;
  readonly since: number;
}

function placeOf(userId: string, platform: Platform): string {
  return `${userId}/${platform}`;
}

/**
 * Computed from the connections whenever it is asked for, so that somebody who is merely connected
 * costs nothing here: kept are those who have just gone, and what those said who do not want to be
 * seen as they are.
 */
export class Attendance {
  /** By user and platform, those who left first at the front. */
  readonly #leaving = new Map<string, Leaving>();
  readonly #standings = new Map<string, Standing>();

  constructor(readonly host: AttendanceHost, readonly graceMs: number) {}

  /** How many may be back in a moment. */
  get leaving(): number {
    return this.#leaving.size;
  }

  /** A connection is ready. */
  came(connection: Connection, standing: Standing, now: number): void {
    const { userId, platform } = connection;
    if (platform === null) return;
    const isBack = this.#leaving.delete(placeOf(userId, platform));
    const isNews = !isBack && this.#from(userId, platform) === 1;
    const isChanged = this.#keep(userId, standing);
    if (isChanged || (isNews && !this.#isInvisible(userId))) this.host.changed(userId, now);
  }

  /** A connection has ended, and is not among its user's any more. */
  went(connection: Connection, reason: EndReason, now: number): void {
    const { userId, platform, actor } = connection;
    if (platform === null) return;
    if (this.#from(userId, platform) === 0 && !this.#isInvisible(userId)) {
      if (finalReasons.has(reason) || this.graceMs === 0) this.host.changed(userId, now);
      else {
        const { sessionId } = actor;
        this.#leaving.set(placeOf(userId, platform), { userId, sessionId, since: now });
      }
    }
    this.#forget(userId);
  }

  /** How a user wants to be seen has changed, here or elsewhere; what is older changes nothing. */
  set(userId: string, standing: Standing, now: number): void {
    if (this.#isHere(userId) && this.#keep(userId, standing)) this.host.changed(userId, now);
  }

  #keep(userId: string, standing: Standing): boolean {
    const known = this.#standings.get(userId) ?? plainStanding;
    if (standing.since <= known.since) return false;
    this.#standings.set(userId, standing);
    if (standing.status === "invisible") {
      for (const platform of Platform.options) this.#leaving.delete(placeOf(userId, platform));
    }
    return standing.status !== known.status;
  }

  /** Sessions have ended: whoever has just left with one of them does not come back. */
  sessionsEnded(userId: string, ends: (sessionId: string) => boolean): void {
    for (const platform of Platform.options) {
      const leaving = this.#leaving.get(placeOf(userId, platform));
      if (leaving === undefined || !ends(leaving.sessionId)) continue;
      this.#leaving.delete(placeOf(userId, platform));
      this.host.changed(userId, leaving.since);
      this.#forget(userId);
    }
  }

  /** Those are gone who have not come back in time. */
  expire(now: number): void {
    for (const [place, { userId, since }] of this.#leaving) {
      if (now - since < this.graceMs) return;
      this.#leaving.delete(place);
      this.host.changed(userId, since);
      this.#forget(userId);
    }
  }

  /** What this instance states of a user; null when they are not here or do not want to be seen. */
  statedOf(userId: string): Stated | null {
    if (this.#isInvisible(userId)) return null;
    const { status, since } = this.#standings.get(userId) ?? plainStanding;
    const platforms = Platform.options.filter((platform) =>
      this.#from(userId, platform) > 0 || this.#leaving.has(placeOf(userId, platform))
    );
    if (platforms.length === 0) return null;
    return { platforms, status: status === "away" ? "away" : "online", since };
  }

  /** When each who is seen here was last: those who have just left a moment ago, the others now. */
  seen(now: number): Map<string, number> {
    const seen = new Map<string, number>();
    for (const { userId, since } of this.#leaving.values()) seen.set(userId, since);
    for (const userId of this.host.users.keys()) {
      if (this.statedOf(userId) !== null) seen.set(userId, now);
    }
    return seen;
  }

  #isInvisible(userId: string): boolean {
    return this.#standings.get(userId)?.status === "invisible";
  }

  #from(userId: string, platform: Platform): number {
    let count = 0;
    for (const connection of this.host.users.get(userId) ?? []) {
      if (connection.platform === platform) count++;
    }
    return count;
  }

  #isHere(userId: string): boolean {
    return this.host.users.has(userId) ||
      Platform.options.some((platform) => this.#leaving.has(placeOf(userId, platform)));
  }

  #forget(userId: string): void {
    if (this.#standings.has(userId) && !this.#isHere(userId)) this.#standings.delete(userId);
  }
}
