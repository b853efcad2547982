/** Locks on accounts: an admin keeps somebody out, and lets them in again. */
import { and, eq, inArray, isNotNull } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { AccountLock } from "../schemas/admin.ts";
import type { Actor, App } from "./app.ts";
import { mayAdminister, mayLock } from "./policy.ts";
import { endRows } from "./session_ends.ts";
import { toUser, type UserRow } from "./users.ts";

// Both rows in one order: two admins who lock each other wait for one another and do not deadlock.
async function lockRows(
  tx: Transaction,
  actor: Actor,
  userId: string,
): Promise<{ mine: UserRow | undefined; theirs: UserRow | undefined }> {
  const rows = await tx.select().from(users)
    .where(inArray(users.id, [actor.userId, userId]))
    .orderBy(users.id)
    .for("no key update");
  const rowOf = (id: string) => rows.find((row) => row.id === id);
  return { mine: rowOf(actor.userId), theirs: rowOf(userId) };
}

// Asked of the row: the token may be from before a role was taken.
function requireAdminRow(mine: UserRow | undefined): void {
  const refusal = mayAdminister(mine?.role ?? "guest");
  if (refusal !== null) throw fail(refusal);
}

/**
 * Locks an account; once more changes nothing. Its sessions end, here and everywhere, and nobody signs
 * in to it until it is unlocked.
 * @throws `notAllowed` for oneself and for admins, and to those who are none; `notFound`.
 */
export async function lockAccount(app: App, actor: Actor, userId: string): Promise<AccountLock> {
  const now = app.clock.now();
  const { user, lockedAt, ended } = await transact(app.database, async (tx) => {
    const { mine, theirs } = await lockRows(tx, actor, userId);
    requireAdminRow(mine);
    if (theirs === undefined) throw fail("notFound");
    const refusal = mayLock(theirs.role);
    if (refusal !== null) throw fail(refusal);
    if (theirs.lockedAt !== null) return { user: theirs, lockedAt: theirs.lockedAt, ended: [] };
    await tx.update(users).set({ lockedAt: now }).where(eq(users.id, userId));
    const ended = await endRows(tx, { userId, reason: "accountLocked", now });
    return { user: theirs, lockedAt: now, ended };
  });
  app.live.endSessions(userId, ended, "accountLocked");
  return { user: toUser(user), lockedAt: lockedAt.toISOString() };
}

/**
 * Unlocks an account. The sessions that the lock ended stay ended.
 * @throws `notAllowed` to those who are no admins; `notFound` when it does not exist or is not locked.
 */
export async function unlockAccount(app: App, actor: Actor, userId: string): Promise<void> {
  await transact(app.database, async (tx) => {
    const { mine } = await lockRows(tx, actor, userId);
    requireAdminRow(mine);
    const unlocked = await tx.update(users).set({ lockedAt: null })
      .where(and(eq(users.id, userId), isNotNull(users.lockedAt))).returning({ id: users.id });
    if (unlocked.length === 0) throw fail("notFound");
  });
}
