/** Look-ups that wait together are made together: a thousand users who come back at once are a few queries. */
import { setImmediate } from "node:timers";

/** Loads what belongs to each key; keys without anything are left out. */
export type LoadMany<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;

interface Waiting<V> {
  readonly key: string;
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers keys while a look-up is under way; at most one is, of at most `batchMax` keys. */
export class Gather<V> {
  readonly #load: LoadMany<V>;
  readonly #batchMax: number;
  readonly #restMs: number;
  #waiting: Waiting<V>[] = [];
  #isRunning = false;

  /** `restMs`: how long keys are gathered after a look-up of more than one, so that a crowd's are few. */
  constructor(load: LoadMany<V>, batchMax = 100, restMs = 0) {
    this.#load = load;
    this.#batchMax = batchMax;
    this.#restMs = restMs;
  }

  /** What belongs to a key, as it is after this call. */
  get(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, this.#batchMax);
      await this.#answer(batch);
      if (batch.length > 1) await this.#rest();
    }
    this.#isRunning = false;
  }

  async #rest(): Promise<void> {
    if (this.#restMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#restMs));
  }

  async #answer(batch: readonly Waiting<V>[]): Promise<void> {
    try {
      const found = await this.#load([...new Set(batch.map(({ key }) => key))]);
      for (const { key, resolve } of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
