/** Applies the migrations at start; ten instances may do so at once. */
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as migratePostgres } from "drizzle-orm/postgres-js/migrator";
import type { Database } from "./client.ts";
import { connectPostgres } from "./postgres.ts";

const migrationsFolder = new URL("./migrations", import.meta.url).pathname;

// Any number will do, as long as it is always this one.
const lockKey = 7_283_461;

/** Brings the database to this version's schema, under an advisory lock where there are others. */
export async function migrate(database: Database, databaseUrl: string | null): Promise<void> {
  if (databaseUrl === null) {
    await migratePglite(database.orm as unknown as PgliteDatabase, { migrationsFolder });
    return;
  }
  // A connection of its own: the lock belongs to the connection, and ends with it.
  // Without a time limit: waiting for another instance's migration may take a while.
  const client = connectPostgres(databaseUrl, { max: 1, timeLimitMs: 0 });
  try {
    await client`select pg_advisory_lock(${lockKey})`;
    await migratePostgres(drizzle({ client }), { migrationsFolder });
  } finally {
    await client.end();
  }
}
