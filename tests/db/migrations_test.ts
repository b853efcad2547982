/** The migrations in the program are those in the folder. */
import { strict as assert } from "node:assert";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrations } from "../../db/migrations.ts";

Deno.test("the program holds every migration of the folder, in order and as it is there", () => {
  const migrationsFolder = new URL("../../db/migrations", import.meta.url).pathname;
  assert.deepEqual(migrations, readMigrationFiles({ migrationsFolder }));
});
