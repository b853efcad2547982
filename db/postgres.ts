/** The way to a Postgres server: a pool with limits, and another one when the first stands still. */
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Orm } from "./client.ts";
import * as schema from "./schema/mod.ts";

/** How many connections, and how long a statement or a transaction's pause may take. */
export interface PoolOptions {
  readonly max: number;
  readonly timeLimitMs: number;
}

const connectLimitSeconds = 5;
const closeLimitSeconds = 5;
// An answer may be on its way for this long after the server has ended the statement.
const graceMs = 1_000;
const lookEveryMs = 500;

/** Connects to a Postgres server with the limits that every connection of ours carries. */
export function connectPostgres(url: string, { max, timeLimitMs }: PoolOptions): postgres.Sql {
  return postgres(url, {
    max,
    // Less than a statement may wait: so none is given up while a connection is made for it.
    connect_timeout: Math.min(connectLimitSeconds, timeLimitMs / 2_000 || connectLimitSeconds),
    // Refused connections are tried again soon: a database that is back is used at once.
    backoff: (attempts) => Math.min(0.1 * attempts, 1),
    onnotice: () => {},
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      application_name: "patter",
      statement_timeout: timeLimitMs,
      lock_timeout: timeLimitMs,
      idle_in_transaction_session_timeout: timeLimitMs,
      // Compiling a plan takes longer than any statement of ours should.
      jit: "off",
    },
  });
}

// `state`: null until a connection has taken it. `active`: it is the next that the server is to answer.
type Statement = postgres.PendingQuery<postgres.Row[]> & {
  readonly state?: object | null;
  readonly active?: boolean;
};
type Unsafe = (...statement: Parameters<postgres.Sql["unsafe"]>) => Statement;

/**
 * A pool that is given up when a statement gets no answer. The server ends every statement in time,
 * so a longer silence means that it is frozen or the network cut: neither closes a connection, and
 * what waits there would wait for a quarter of an hour.
 */
export class Pool {
  readonly #open = () => connectPostgres(this.url, this.options);
  readonly #underWay = new Map<Statement, { readonly askedAt: number; activeAt?: number }>();
  readonly #timer: ReturnType<typeof setInterval>;
  #client: postgres.Sql;
  /** Drizzle on whichever connections are the present ones. */
  readonly orm: Orm;

  constructor(readonly url: string, readonly options: PoolOptions) {
    this.#client = this.#open();
    this.orm = this.#makeOrm();
    this.#timer = setInterval(() => this.#look(performance.now()), lookEveryMs);
  }

  /** One prepared statement, without Drizzle. */
  query(text: string, params: unknown[]): Promise<Record<string, unknown>[]> {
    return this.#watch(
      this.#client.unsafe(text, params as postgres.ParameterOrJSON<never>[], { prepare: true }),
    );
  }

  /** Ends all connections; what is under way has 5 s. */
  async close(): Promise<void> {
    await this.#client.end({ timeout: closeLimitSeconds });
    clearInterval(this.#timer);
  }

  #makeOrm(): Orm {
    const watched = {
      options: this.#client.options,
      unsafe: (...statement: Parameters<Unsafe>) => this.#watch(this.#client.unsafe(...statement)),
      begin: (act: (tx: { unsafe: Unsafe }) => Promise<unknown>) =>
        this.#client.begin((tx) =>
          act({ unsafe: (...statement) => this.#watch(tx.unsafe(...statement)) })
        ),
    };
    const config = { schema, casing: "snake_case" } as const;
    return drizzle({ client: watched as unknown as postgres.Sql, ...config }) as unknown as Orm;
  }

  #watch(statement: Statement): Statement {
    const done = () => void this.#underWay.delete(statement);
    this.#underWay.set(statement, { askedAt: performance.now() });
    statement.then(done, done);
    return statement;
  }

  #look(now: number): void {
    const limitMs = this.options.timeLimitMs + graceMs;
    for (const [statement, times] of this.#underWay) {
      if (statement.active) {
        times.activeAt ??= now;
        if (now - times.activeAt > limitMs) return this.#giveUp();
      } else if (statement.state === null && now - times.askedAt > limitMs) {
        // Still without a connection; it fails as if the server had cancelled it.
        statement.cancel();
      }
    }
  }

  // All that is under way fails with `CONNECTION_DESTROYED`.
  #giveUp(): void {
    const frozen = this.#client;
    this.#client = this.#open();
    // Drizzle has put its own in place.
    for (const kind of ["parsers", "serializers"] as const) {
      Object.assign(this.#client.options[kind], frozen.options[kind]);
    }
    void frozen.end({ timeout: 0 });
  }
}
