/** Applies the migrations at start; ten instances may do so at once. */
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

/** Brings the database to this version's schema, under an advisory lock where there are others. */
export async function migrate(
  database: Database,
  { databaseUrl, authority }: Pick<DatabaseOptions, "databaseUrl" | "authority">,
): Promise<void> {
  if (databaseUrl === null) return await applyMigrations(database.orm);
  // A connection of its own: the lock belongs to the connection, and ends with it.
  // Without a time limit: waiting for another instance's migration may take a while.
  const pool = new Pool(databaseUrl, { max: 1, timeLimitMs: 0, authority });
  try {
    await pool.query("select pg_advisory_lock($1::bigint)", [lockKey]);
    await applyMigrations(pool.orm);
  } finally {
    await pool.close();
  }
}
