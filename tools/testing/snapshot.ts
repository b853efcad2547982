/** A migrated PGlite as a file, which each test file begins with a copy of. */
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { applyMigrations } from "../../db/migrate.ts";

/** The file, removed on disposal. */
export interface Snapshot extends AsyncDisposable {
  readonly path: string;
}

/** Makes a new database in memory, migrates it, and writes its folder as a tar. */
export async function takeSnapshot(): Promise<Snapshot> {
  const client = await PGlite.create();
  await applyMigrations(drizzle({ client }));
  const dump = await client.dumpDataDir("none");
  await client.close();
  const path = await Deno.makeTempFile({ prefix: "patter-snapshot-", suffix: ".tar" });
  await Deno.writeFile(path, dump.stream());
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}
