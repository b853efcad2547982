/** Applies the migrations at start; ten instances may do so at once. */
import { setTimeout as pause } from "node:timers/promises";
import { PgDialect, type PgSession } from "drizzle-orm/pg-core";
import type { Database, DatabaseOptions } from "./client.ts";
import { migrations } from "./migrations.ts";
import { Pool } from "./postgres.ts";

// Any number will do, as long as it is always this one.
const lockKey = 7_283_461;

/** Applies the migrations that are missing, in one transaction. */
export async function applyMigrations(
  orm: { readonly _: { readonly session: unknown } },
): Promise<void> {
  // Drizzle's own `migrate` does the same with what it reads from a folder.
  await new PgDialect().migrate([...migrations], orm._.session as PgSession, "");
}

// The watch looks this often, and gives the connection up when nothing was seen of it for so long.
const lookEveryMs = 1_000;
const silenceMaxMs = 10_000;

// So that the server ends the session, and its lock, when we are gone without a word.
const settings = {
  idle_session_timeout: 60_000,
  idle_in_transaction_session_timeout: 60_000,
  client_connection_check_interval: 10_000,
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/** The connection that a migration ran on is gone: it may be tried again. */
export class MigrationLost extends Error {
  override readonly name = "MigrationLost";
  readonly code = "CONNECTION_CLOSED";

  constructor() {
    super("the connection was lost in the middle of a migration");
  }
}

// A migration may take any time, so that its own silence says nothing. What does is the server's list of
// sessions, over another connection: ours is at work there, or has answered a moment ago.
const isAtWorkSql = `
  select exists (
    select from pg_stat_activity
    where application_name = $1 and pid <> pg_backend_pid()
      and (state = 'active' or state_change > clock_timestamp() - interval '5 s')
  ) as found`;

/** Throws `MigrationLost` when the server works on nothing of ours any more; else goes on until aborted. */
async function watch(url: string, name: string, signal: AbortSignal, authority?: string | null) {
  const pool = new Pool(url, { max: 1, timeLimitMs: silenceMaxMs / 2, authority });
  try {
    for (let seenAt = performance.now();;) {
      await pause(lookEveryMs, null, { signal }).catch(() => {});
      if (signal.aborted) return;
      const [row] = await pool.query(isAtWorkSql, [name]).catch(() => []);
      if (row?.found === true) seenAt = performance.now();
      else if (performance.now() - seenAt > silenceMaxMs) throw new MigrationLost();
    }
  } finally {
    await pool.close();
  }
}

/** Brings the database to this version's schema, under an advisory lock where there are others. */
export async function migrate(
  database: Database,
  { databaseUrl, authority }: Pick<DatabaseOptions, "databaseUrl" | "authority">,
): Promise<void> {
  if (databaseUrl === null) return await applyMigrations(database.orm);
  // A connection of its own: the lock belongs to the connection, and ends with it.
  // Without a time limit: waiting for another instance's migration may take a while.
  const name = `patter migration ${crypto.randomUUID()}`;
  const pool = new Pool(databaseUrl, { max: 1, timeLimitMs: 0, authority, name, settings });
  const over = new AbortController();
  const lost = watch(databaseUrl, name, over.signal, authority);
  try {
    await Promise.race([lockAndApply(pool), lost]);
  } finally {
    over.abort();
    await Promise.allSettled([pool.close(), lost]);
  }
}

async function lockAndApply(pool: Pool): Promise<void> {
  await pool.query("select pg_advisory_lock($1::bigint)", [lockKey]);
  await applyMigrations(pool.orm);
}
