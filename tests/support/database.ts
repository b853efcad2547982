/** A throw-away database for a test file: PGlite in memory, or a new database on the run's Postgres. */
import type { Config } from "../../config.ts";
import { type Database, openDatabase } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { createDatabase } from "../../tools/services.ts";

/** Which of the two this pass of the suite is on. */
export const databaseKind = Deno.env.get("PATTER_TEST_DATABASE") === "postgres"
  ? "postgres"
  : "pglite";

/** A database that is open and migrated, and what a second instance on it would be configured with. */
export interface TestDatabase {
  readonly database: Database;
  readonly config: Pick<Config, "databaseUrl">;
  drop(): Promise<void>;
}

// The first start of PGlite takes seconds; a copy of one that has started takes a fraction.
async function snapshot(): Promise<{ snapshot?: Blob }> {
  const path = Deno.env.get("PATTER_TEST_SNAPSHOT");
  return path === undefined ? {} : { snapshot: new Blob([await Deno.readFile(path)]) };
}

/** The Postgres of this run. */
export function adminUrl(): string {
  const url = Deno.env.get("PATTER_TEST_POSTGRES_URL");
  if (url === undefined) {
    throw new Error("PATTER_TEST_POSTGRES_URL is not set: use `deno task test`");
  }
  return url;
}

/** Opens a new database of the kind that this pass is on. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (databaseKind === "pglite") {
    const database = await openDatabase({ databaseUrl: null, ...await snapshot() });
    await migrate(database, { databaseUrl: null });
    return { database, config: { databaseUrl: null }, drop: () => database.close() };
  }
  const { url, drop } = await createDatabase(adminUrl());
  const database = await openDatabase({ databaseUrl: url, poolMax: 8 });
  await migrate(database, { databaseUrl: url });
  return {
    database,
    config: { databaseUrl: url },
    async drop() {
      await database.close();
      await drop();
    },
  };
}
