/** Opens the database: postgres.js towards a server, PGlite in the process; one schema for both. */
import { type SQL, sql } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { Embedded } from "./embedded.ts";
import { Pool } from "./postgres.ts";
import { type OnReplicaFault, Replicas } from "./replicas.ts";
import type * as schema from "./schema/mod.ts";

/** Drizzle over either driver. */
export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>;
/** An open transaction of it. */
export type Transaction = Parameters<Parameters<Orm["transaction"]>[0]>[0];
/** Where a query may run: on its own or within a transaction. */
export type Queryable = Orm | Transaction;

/** A database that is open and migrated. */
export interface Database {
  readonly kind: "postgres" | "pglite";
  readonly orm: Orm;
  /** Tells one database cluster from another: counters of one mean nothing in the other. */
  readonly incarnation: string;
  /** One prepared statement, without Drizzle: for the path of a message. */
  query(text: string, params: unknown[]): Promise<Record<string, unknown>[]>;
  /** Where what may be read elsewhere can be read; `orm` and `query` are the primary's. */
  readonly replicas?: Replicas;
  close(): Promise<void>;
}

type Opened = Omit<Database, "incarnation">;

/** What opens a database. `databaseUrl` null: embedded, in `folder`, or in memory without one. */
export interface DatabaseOptions {
  readonly databaseUrl: string | null;
  /** Who must have signed the server's certificate, in PEM. */
  readonly authority?: string | null;
  readonly replicaUrls?: readonly string[];
  readonly onReplicaFault?: OnReplicaFault;
  readonly folder?: string;
  readonly poolMax?: number;
  /** How long a statement, or a transaction's pause, may take on a server. */
  readonly timeLimitMs?: number;
  /** A data folder as a tar (PGlite's own dump) to begin with: spares tests the first start. */
  readonly snapshot?: Blob;
}

// A stuck statement or transaction must not hold a conversation's lock for longer than this.
const timeLimitMs = 4_000;

// Where the primary can be asked instead, nobody should wait for long.
const replicaLimitMs = 1_000;

function openPostgres(url: string, options: DatabaseOptions): Opened {
  const { replicaUrls = [], onReplicaFault = () => {}, authority } = options;
  const limits = { max: options.poolMax ?? 10, timeLimitMs: options.timeLimitMs ?? timeLimitMs };
  const pool = new Pool(url, { ...limits, authority });
  const quick = { ...limits, timeLimitMs: Math.min(limits.timeLimitMs, replicaLimitMs), authority };
  const pools = replicaUrls.map((replicaUrl) => new Pool(replicaUrl, quick));
  const replicas = new Replicas(pool.orm, pools, onReplicaFault);
  return {
    kind: "postgres",
    orm: pool.orm,
    query: (text, params) => pool.query(text, params),
    ...(pools.length > 0 ? { replicas } : {}),
    close: async () => void await Promise.all([pool.close(), replicas.close()]),
  };
}

async function openEmbedded(options: DatabaseOptions): Promise<Opened> {
  const embedded = await Embedded.open(options);
  return {
    kind: "pglite",
    orm: embedded.orm,
    query: (text, params) => embedded.query(text, params),
    close: () => embedded.close(),
  };
}

/** Opens the database; does not migrate it (`migrate.ts`). */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl } = options;
  const opened = databaseUrl === null
    ? await openEmbedded(options)
    : openPostgres(databaseUrl, options);
  try {
    const [row] = await opened.query(
      "select system_identifier::text as incarnation from pg_control_system()",
      [],
    );
    return Object.assign(opened, { incarnation: String(row?.incarnation) });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Runs a raw statement through Drizzle and gives its rows, whichever the driver. */
export async function rowsOf<T>(on: Queryable, statement: SQL): Promise<T[]> {
  const result = await on.execute(statement) as unknown as T[] | { rows: T[] };
  return Array.isArray(result) ? result : result.rows;
}

/**
 * Rows as a table of a query, in one parameter however many they are: `from ${recordset(rows, "r(n int)")}`.
 * Only constants are columns.
 */
export function recordset(rows: readonly object[], columns: string): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) ${sql.raw(columns)}`;
}

const conflictsMax = 5;

function isConflict(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    if (code === "40001" || code === "40P01") return true;
  }
  return false;
}

/** One transaction; tried again when the database chose it as a deadlock's victim. */
export async function transact<T>(
  database: Database,
  act: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await database.orm.transaction(act);
    } catch (error) {
      if (attempt === conflictsMax || !isConflict(error)) throw error;
    }
  }
}

/** Whether an error is a unique index's refusal, and of that index. */
export function violates(error: unknown, index: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, constraint, constraint_name } = cause as {
      code?: unknown;
      constraint?: unknown;
      constraint_name?: unknown;
    };
    if (code === "23505") return constraint === index || constraint_name === index;
  }
  return false;
}
