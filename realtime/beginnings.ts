/** Where reading begins for each connection of a room: what lies before is left out of its frames. */
import type { Changes } from "../schemas/conversations.ts";
import type { Connection } from "./connection.ts";
import { encodeChanges } from "./encode.ts";

/** A frame, and who gets it. */
export interface Addressed {
  readonly frame: string;
  readonly to: Connection[];
}

function withoutBefore(changes: Changes, seq: number): Changes {
  return { ...changes, messages: changes.messages.filter((message) => message.seq >= seq) };
}

/** The first messages that connections may read; the rule, from 1 on, is not written down. */
export class Beginnings {
  readonly #firstSeqs = new Map<Connection, number>();
  /** None has begun later. */
  #latest = 1;

  /** A connection may read from here on. */
  set(connection: Connection, firstSeq: number): void {
    if (firstSeq <= 1) this.#firstSeqs.delete(connection);
    else this.#firstSeqs.set(connection, firstSeq);
    this.#latest = Math.max(this.#latest, firstSeq);
  }

  /** A connection leaves or is lost. */
  delete(connection: Connection): void {
    this.#firstSeqs.delete(connection);
  }

  /**
   * Consecutive changes as frames: one text for all, but where an old message has changed one more
   * for those who may not read it.
   */
  encode(list: readonly Changes[], to: Connection[]): Addressed[] {
    const oldest = Math.min(...list.flatMap(({ messages }) => messages.map(({ seq }) => seq)));
    if (oldest >= this.#latest) return encodeChanges(list).map((frame) => ({ frame, to }));
    const addressed: Addressed[] = [];
    for (const [seq, some] of this.#byFirstSeen(list, to)) {
      const seen = list.map((changes) => withoutBefore(changes, seq));
      addressed.push(...encodeChanges(seen).map((frame) => ({ frame, to: some })));
    }
    return addressed;
  }

  // All who see the same of these messages get the same text: by the first of them that they see.
  #byFirstSeen(list: readonly Changes[], to: readonly Connection[]): Map<number, Connection[]> {
    const seqs = list.flatMap(({ messages }) => messages.map(({ seq }) => seq))
      .toSorted((a, b) => a - b);
    const groups = new Map<number, Connection[]>();
    for (const connection of to) {
      const from = this.#firstSeqs.get(connection) ?? 1;
      const first = seqs.find((seq) => seq >= from) ?? Infinity;
      const group = groups.get(first);
      if (group === undefined) groups.set(first, [connection]);
      else group.push(connection);
    }
    return groups;
  }
}
