/** Admins: who is one, and how one becomes it; no request makes an admin. */
import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Actor, App } from "./app.ts";
import { mayAdminister } from "./policy.ts";

async function refusalOf(app: App, actor: Actor) {
  const { role } = users;
  const [row] = await app.database.orm.select({ role }).from(users)
    .where(eq(users.id, actor.userId));
  return mayAdminister(row?.role ?? "guest");
}

/**
 * Whether somebody is an admin. The database is asked: a role that was taken ends at once, although
 * access tokens that name it live on.
 */
export async function isAdmin(app: App, actor: Actor): Promise<boolean> {
  return await refusalOf(app, actor) === null;
}

/**
 * Refuses whoever is no admin.
 * @throws `notAllowed`.
 */
export async function requireAdmin(app: App, actor: Actor): Promise<void> {
  const refusal = await refusalOf(app, actor);
  if (refusal !== null) throw fail(refusal);
}

/**
 * Gives or takes the role, by username; false when nobody of that name has the role to change: bots
 * and guests become no admins.
 */
export async function setAdmin(
  database: Pick<Database, "orm">,
  username: string,
  isAdmin: boolean,
): Promise<boolean> {
  const [from, to] = isAdmin ? ["user", "admin"] as const : ["admin", "user"] as const;
  const changed = await database.orm.update(users).set({ role: to })
    .where(and(sql`lower(${users.username}) = lower(${username})`, eq(users.role, from)))
    .returning({ id: users.id });
  return changed.length > 0;
}
