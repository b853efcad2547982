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

/** What is there of the services that the server can do without: their names, and whether it has them. */
export function partsOf({ dependencies }: App): Record<string, "up" | "down"> {
  return Object.fromEntries(
    dependencies.map(({ name, isUp }) => [name, isUp ? "up" : "down"] as const),
  );
}
