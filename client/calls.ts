/** Requests that wait for their answers, each with a limit. */
import type { Clock } from "./clock.ts";
import { PatterError, refusalOf } from "./problems.ts";
import type { Problem } from "./wire.ts";

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PatterError) => void;
  readonly cancelTimer: () => void;
}

/** An answer, as JSON-RPC 2.0 has it. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly data: Problem };
}

/** Calls by their ids. */
export class Calls {
  readonly #open = new Map<number, Call>();
  #lastId = 0;

  constructor(readonly clock: Clock, readonly limitMs: number) {}

  /** Makes a call; `send` is given its id. Fails with `timeout` when no answer comes in time. */
  make<T>(send: (id: number) => void): Promise<T> {
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      const cancelTimer = this.clock.after(this.limitMs, () => {
        this.fail(id, new PatterError("timeout"));
      });
      this.#open.set(id, { resolve: resolve as Call["resolve"], reject, cancelTimer });
      send(id);
    });
  }

  #take(id: number): Call | undefined {
    const call = this.#open.get(id);
    call?.cancelTimer();
    this.#open.delete(id);
    return call;
  }

  /** Fails one. */
  fail(id: number, error: PatterError): void {
    this.#take(id)?.reject(error);
  }

  /** Takes an answer; one to nobody, or too late, is nothing. */
  answer({ id, result, error }: Answer): void {
    const call = this.#take(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(refusalOf(error.data));
  }

  /** Fails all that still wait: nobody will answer. */
  failAll(): void {
    for (const id of [...this.#open.keys()]) this.fail(id, new PatterError("connectionLost"));
  }
}
