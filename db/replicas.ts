/** Read replicas: asked in turn, left alone for a while after a failure, never relied upon. */
import { withReplicas } from "drizzle-orm/pg-core";
import type { Orm, Queryable } from "./client.ts";
import { codeOf } from "./error_codes.ts";
import type { Pool } from "./postgres.ts";

const restMs = 5_000;

interface Replica {
  readonly pool: Pool;
  /** Reads there; whatever writes goes to the primary. */
  readonly orm: Orm;
  /** Since it failed: when it may be tried again. */
  restsUntil: number | null;
}

/** Told of a replica that has begun to fail, with the code of the reason. */
export type OnReplicaFault = (reason: string) => void;

/** Some replicas of one primary. They may be behind it by any length of time: see `ask`. */
export class Replicas {
  readonly #replicas: readonly Replica[];
  readonly #onFault: OnReplicaFault;
  #turn = 0;

  constructor(primary: Orm, pools: readonly Pool[], onFault: OnReplicaFault) {
    this.#replicas = pools.map((pool) => ({
      pool,
      orm: withReplicas(primary, [pool.orm]),
      restsUntil: null,
    }));
    this.#onFault = onFault;
  }

  /**
   * Rows as one replica has them, of one statement: two may be answered by two servers behind one
   * address. None when no replica answers, so whoever asks must be able to ask the primary, and must
   * make it part of the question how far the replica has to have come.
   */
  async ask<T>(read: (on: Queryable) => PromiseLike<T[]>): Promise<T[]> {
    const replica = this.#next(performance.now());
    if (replica === undefined) return [];
    try {
      const rows = await read(replica.orm);
      replica.restsUntil = null;
      return rows;
    } catch (error) {
      // Whatever it is, the primary tells: a fault of the question is one there as well.
      if (replica.restsUntil === null) this.#onFault(codeOf(error));
      replica.restsUntil = performance.now() + restMs;
      return [];
    }
  }

  #next(now: number): Replica | undefined {
    for (let tries = 0; tries < this.#replicas.length; tries++) {
      const replica = this.#replicas[this.#turn++ % this.#replicas.length]!;
      if (replica.restsUntil === null) return replica;
      if (replica.restsUntil > now) continue;
      // One question finds out whether it is back; the others do not wait for that.
      replica.restsUntil = now + restMs;
      return replica;
    }
    return undefined;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(({ pool }) => pool.close()));
  }
}
