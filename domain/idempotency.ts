/** `Idempotency-Key`: the first answer to a request, kept for a day, for whoever asks it again. */
import { and, eq, inArray, isNull, lt, or } from "drizzle-orm";
import { idempotencyKeys } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { App } from "./app.ts";

const keptMs = 86_400_000;
// A request that has not ended by then never will: its instance is gone.
const runsAtMostMs = 60_000;
const sweptAtOnce = 1_000;

/** One request: the key in its scope (user, method, path), and its body's hash. */
export interface KeyedRequest {
  readonly scope: string;
  readonly bodyHash: string;
}

/** An answer that was given. */
export interface KeptAnswer {
  readonly status: number;
  readonly answer: string;
}

/**
 * Takes the key for this request, or gives the answer that it got before.
 * @throws `idempotencyConflict` with another body, or while the first is still running.
 */
export async function claimKey(app: App, request: KeyedRequest): Promise<KeptAnswer | null> {
  const { scope, bodyHash } = request;
  const orm = app.database.orm;
  const now = app.clock.now();
  await orm.delete(idempotencyKeys).where(and(eq(idempotencyKeys.scope, scope), expired(now)));
  const claimed = await orm.insert(idempotencyKeys).values({ scope, bodyHash, createdAt: now })
    .onConflictDoNothing().returning();
  if (claimed.length > 0) return null;
  const [first] = await orm.select().from(idempotencyKeys).where(eq(idempotencyKeys.scope, scope));
  if (first?.bodyHash !== bodyHash || first.status === null || first.answer === null) {
    throw fail("idempotencyConflict");
  }
  return { status: first.status, answer: first.answer };
}

/** Keeps the answer to a claimed request; only successes are kept, after others the key is free. */
export async function settleKey(app: App, scope: string, kept: KeptAnswer | null): Promise<void> {
  const which = eq(idempotencyKeys.scope, scope);
  if (kept === null) await app.database.orm.delete(idempotencyKeys).where(which);
  else await app.database.orm.update(idempotencyKeys).set(kept).where(which);
}

function expired(now: Date) {
  return or(
    lt(idempotencyKeys.createdAt, new Date(now.getTime() - keptMs)),
    and(
      isNull(idempotencyKeys.status),
      lt(idempotencyKeys.createdAt, new Date(now.getTime() - runsAtMostMs)),
    ),
  );
}

/** Forgets keys that nobody may use any more, so many at a time: a statement may not take long. */
export async function sweepKeys(app: App): Promise<void> {
  const { orm } = app.database;
  const { scope } = idempotencyKeys;
  for (let deleted = sweptAtOnce; deleted === sweptAtOnce;) {
    const some = orm.select({ scope }).from(idempotencyKeys)
      .where(expired(app.clock.now())).limit(sweptAtOnce);
    const gone = await orm.delete(idempotencyKeys).where(inArray(scope, some)).returning({ scope });
    deleted = gone.length;
  }
}
