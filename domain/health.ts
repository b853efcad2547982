/** Whether this instance can do its work. */
import { sql } from "drizzle-orm";
import type { App } from "./app.ts";

/** Whether the instance is on its way out. */
export interface Readiness {
  readonly isDraining: boolean;
}

/**
 * Resolves when the database answers.
 * @throws what the database throws: `unavailable` to a client.
 */
export async function requireDatabase(app: App): Promise<void> {
  await app.database.orm.execute(sql`select 1`);
}
