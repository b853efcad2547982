/** One turn of the event loop: what happens within it is written together, rooms first, then connections. */
import { setImmediate } from "node:timers";

/** Something with output that waits for the end of the turn. */
export interface Flushable {
  flush(): void;
  /** Its flush has thrown: the others go on. */
  failed(error: unknown): void;
}

/** Collects what has output and flushes each once: a room its frame, a connection its socket. */
export class Turn {
  #rooms = new Set<Flushable>();
  #outboxes = new Set<Flushable>();
  #scheduled = false;

  /** A room has changes to encode. */
  addRoom(room: Flushable): void {
    this.#rooms.add(room);
    this.#schedule();
  }

  /** A connection has frames to send. */
  addOutbox(outbox: Flushable): void {
    this.#outboxes.add(outbox);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  #run = (): void => {
    const rooms = this.#rooms;
    this.#rooms = new Set();
    flushAll(rooms);
    const outboxes = this.#outboxes;
    this.#outboxes = new Set();
    flushAll(outboxes);
    this.#scheduled = false;
    if (this.#rooms.size > 0 || this.#outboxes.size > 0) this.#schedule();
  };
}

function flushAll(all: Set<Flushable>): void {
  for (const one of all) {
    // One dead member must not cost the others their message.
    try {
      one.flush();
    } catch (error) {
      one.failed(error);
    }
  }
}
