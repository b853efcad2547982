/** A database whose appends can be held up: for what happens while a send is under way. */
import type { Database } from "../../db/client.ts";

/** The real database behind a gate that stands open at first. */
export class GatedDatabase implements Database {
  readonly kind: Database["kind"];
  readonly orm: Database["orm"];
  readonly incarnation: string;
  /** Statements that have arrived at the gate. */
  arrived = 0;
  #gate: PromiseWithResolvers<void> | null = null;

  constructor(readonly inner: Database) {
    this.kind = inner.kind;
    this.orm = inner.orm;
    this.incarnation = inner.incarnation;
  }

  /** Nothing passes until `open`. */
  shut(): void {
    this.#gate ??= Promise.withResolvers();
  }

  /** What waits passes. */
  open(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  /** Waits at the gate. */
  readonly query: Database["query"] = async (text, params) => {
    this.arrived++;
    await this.#gate?.promise;
    return await this.inner.query(text, params);
  };

  close(): Promise<void> {
    this.open();
    return this.inner.close();
  }
}
