/** Confirming: what is heard of from now on is compared with the database once, for what went by before. */
import type { Log } from "../domain/app.ts";
import { roomTopic, userTopic } from "./bus.ts";
import type { Connection } from "./connection.ts";
import type { Repair } from "./repair.ts";
import type { Room } from "./room.ts";

/** What is compared, and by whom. */
export interface ConfirmHost {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly users: ReadonlyMap<string, ReadonlySet<Connection>>;
  readonly repair: Pick<Repair, "verify" | "endRevoked">;
  readonly following: { verify(): Promise<void> };
}

// Gathered for a moment, another one on each instance: when Redis comes back, all hear of it at once.
const waitMinMs = 50;
const waitSpreadMs = 250;
// What one query is asked for.
const atOnce = 1_000;
const roomPrefix = roomTopic("");
const userPrefix = userTopic("");

/** Gathers topics that have begun to be heard, and looks after their rooms and users. */
export class Confirming {
  #rooms = new Set<string>();
  #users = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly host: ConfirmHost, readonly log: Log) {}

  /** Packets of these topics arrive from now on. */
  heard(topics: readonly string[]): void {
    for (const topic of topics) {
      if (topic.startsWith(roomPrefix)) this.#rooms.add(topic.slice(roomPrefix.length));
      else if (topic.startsWith(userPrefix)) this.#users.add(topic.slice(userPrefix.length));
    }
    this.#timer ??= setTimeout(
      () => void this.#confirm(),
      waitMinMs + Math.random() * waitSpreadMs,
    );
  }

  async #confirm(): Promise<void> {
    const { host } = this;
    const rooms = [...this.#rooms].flatMap((id) => host.rooms.get(id) ?? []);
    const connections = [...this.#users].flatMap((id) => [...host.users.get(id) ?? []]);
    this.#rooms = new Set();
    this.#users = new Set();
    this.#timer = undefined;
    try {
      for (const slice of inSlices(rooms)) await host.repair.verify(slice);
      if (connections.length > 0) await host.following.verify();
      for (const slice of inSlices(connections)) await host.repair.endRevoked(slice);
    } catch (error) {
      // The database is away: the sweep looks at everything, again and again.
      this.log.error("sweep failed", error);
    }
  }

  /** Stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
  }
}

function inSlices<T>(all: readonly T[]): T[][] {
  const slices: T[][] = [];
  for (let from = 0; from < all.length; from += atOnce) slices.push(all.slice(from, from + atOnce));
  return slices;
}
