/** The way to a Postgres server: a pool with limits, and another one when the first stands still. */
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Orm } from "./client.ts";
import * as schema from "./schema/mod.ts";
import { tlsOf } from "./tls.ts";

/** How many connections, and how long a statement or a transaction's pause may take; 0: any time. */
export interface PoolOptions {
  readonly max: number;
  readonly timeLimitMs: number;
  /** What the server knows the connections by. */
  readonly name?: string;
  /** Further settings of each connection. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Who must have signed the server's certificate, in PEM. */
  readonly authority?: string | null | undefined;
}

const connectLimitSeconds = 5;
const closeLimitSeconds = 5;
// An answer may be on its way for this long after the server has ended the statement.
const graceMs = 1_000;
const lookEveryMs = 500;
// How long a transaction without a time limit waits for its connection.
const beginLimitMs = 10_000;

/** Connects to a Postgres server with the limits that every connection of ours carries. */
export function connectPostgres(url: string, options: PoolOptions): postgres.Sql {
  const { max, timeLimitMs, authority = null } = options;
  return postgres(url, {
    max,
    ssl: tlsOf(url, authority),
    // Less than a statement may wait: so none is given up while a connection is made for it.
    connect_timeout: Math.min(connectLimitSeconds, timeLimitMs / 2_000 || connectLimitSeconds),
    // Refused connections are tried again soon: a database that is back is used at once.
    backoff: (attempts) => Math.min(0.1 * attempts, 1),
    onnotice: () => {},
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      application_name: options.name ?? "patter",
      statement_timeout: timeLimitMs,
      lock_timeout: timeLimitMs,
      idle_in_transaction_session_timeout: timeLimitMs,
      // Compiling a plan takes longer than any statement of ours should.
      jit: "off",
      ...options.settings,
    },
  });
}

// `state`: null until a connection has taken it. `active`: it is the next that the server is to answer.
type Statement = postgres.PendingQuery<postgres.Row[]> & {
  readonly state?: object | null;
  readonly active?: boolean;
};
type Act = (tx: { unsafe: Unsafe }) => Promise<unknown>;
type Unsafe = (...statement: Parameters<postgres.Sql["unsafe"]>) => Statement;

function connectionLost(): Error {
  return Object.assign(new Error("The connection is gone"), { code: "CONNECTION_CLOSED" });
}

// What postgres.js and the operating system say of a connection that is gone, and the server (57P0x)
// of one that it is about to close.
const brokenCodes = /^(57P0[1-5]|CONNECTION_\w+|ECONN\w+|EPIPE)$/;

function isBroken(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && brokenCodes.test(code)) return true;
  }
  return false;
}

/**
 * A pool that is given up when a statement gets no answer. The server ends every statement in time,
 * so a longer silence means that it is frozen or the network cut: neither closes a connection, and
 * what waits there would wait for a quarter of an hour.
 */
export class Pool {
  readonly #open = () => connectPostgres(this.url, this.options);
  readonly #underWay = new Map<Statement, { readonly askedAt: number; activeAt?: number }>();
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #client: postgres.Sql;
  /** Drizzle on whichever connections are the present ones. */
  readonly orm: Orm;

  constructor(readonly url: string, readonly options: PoolOptions) {
    this.#client = this.#open();
    this.orm = this.#makeOrm();
    if (options.timeLimitMs > 0) {
      this.#timer = setInterval(() => this.#look(performance.now()), lookEveryMs);
    }
  }

  /** One prepared statement, without Drizzle. */
  query(text: string, params: unknown[]): Promise<Record<string, unknown>[]> {
    return this.#watch(
      this.#client.unsafe(text, params as postgres.ParameterOrJSON<never>[], { prepare: true }),
    );
  }

  /** Ends all connections; what is under way has 5 s. */
  async close(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A connection that broke in an odd moment may never tell that it has ended.
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, closeLimitSeconds * 1_000 + graceMs);
    });
    await Promise.race([this.#client.end({ timeout: closeLimitSeconds }), limit]);
    clearTimeout(timer);
    clearInterval(this.#timer);
  }

  #makeOrm(): Orm {
    const watched = {
      options: this.#client.options,
      unsafe: (...statement: Parameters<Unsafe>) => this.#watch(this.#client.unsafe(...statement)),
      begin: (act: Act) => this.#begin(act),
    };
    const config = { schema, casing: "snake_case" } as const;
    return drizzle({ client: watched as unknown as postgres.Sql, ...config }) as unknown as Orm;
  }

  // When a transaction's connection breaks, postgres.js writes the rollback to the socket that is gone.
  // That throws beside all calls and leaves the connection's writer blocked: the next one to use it
  // waits until connecting has timed out (porsager/postgres#1208). So it does not get to know. And one
  // that waits for a new connection which breaks at once is forgotten: it ends in time by itself.
  #begin(act: Act): Promise<unknown> {
    const broken = Promise.withResolvers<never>();
    let isOver = false;
    const giveUp = () => {
      isOver = true;
      broken.reject(connectionLost());
    };
    const waiting = setTimeout(giveUp, (this.options.timeLimitMs || beginLimitMs) + graceMs);
    const unsafe = (tx: postgres.TransactionSql): Unsafe => (...statement) => {
      if (isOver) throw connectionLost();
      return this.#watch(tx.unsafe(...statement));
    };
    const running = this.#client.begin((tx) => {
      clearTimeout(waiting);
      if (isOver) throw connectionLost();
      return act({ unsafe: unsafe(tx) }).catch((error) => {
        if (!isBroken(error)) throw error;
        broken.reject(error);
        return new Promise<never>(() => {});
      });
    });
    const ended = () => {
      isOver = true;
      clearTimeout(waiting);
    };
    running.then(ended, ended);
    return Promise.race([running, broken.promise]);
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
