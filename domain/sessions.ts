/** Sessions: one sign-in on one device, its access and refresh tokens, and its end. */
import { and, desc, eq, gt, inArray, isNull, lt, ne, or } from "drizzle-orm";
import { Buffer } from "node:buffer";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Database, type Queryable, transact, type Transaction } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { refreshTokens, sessions, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Device, Refresh, Session, SessionSummary } from "../schemas/auth.ts";
import type { Page } from "../schemas/fields.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import type { Access } from "./tokens.ts";
import { toMe, type UserRow } from "./users.ts";

type SessionRow = typeof sessions.$inferSelect;

// A client whose answer was lost, or whose second tab was as quick, may ask once more for this long.
const repeatWindowMs = 10_000;

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

// Derived from the old token and not only from what the database holds: whoever reads the database
// cannot make it, and a repeated refresh gets the very same one.
function successorOf(token: string, refreshKey: string): string {
  return createHmac("sha256", Buffer.from(refreshKey, "base64url")).update(token).digest(
    "base64url",
  );
}

async function grant(
  app: App,
  user: UserRow,
  session: SessionRow,
  refreshToken: string,
): Promise<Session> {
  const actor = { userId: user.id, sessionId: session.id, role: user.role };
  const { token, expiresAt } = await app.keyring.sign(actor);
  return {
    user: toMe(user),
    sessionId: session.id,
    accessToken: token,
    accessTokenExpiresAt: expiresAt.toISOString(),
    refreshToken,
    refreshTokenExpiresAt: session.expiresAt.toISOString(),
  };
}

/** Where a sign-in comes from. */
export interface SignInPlace {
  readonly device?: Device | undefined;
  readonly address: string | null;
}

function newSession(app: App, userId: string, from: SignInPlace): SessionRow {
  const now = app.clock.now();
  return {
    id: uuidv7(),
    userId,
    deviceName: from.device?.name ?? null,
    platform: from.device?.platform ?? "other",
    address: from.address,
    refreshKey: randomBytes(32).toString("base64url"),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + app.config.refreshTokenTtlMs),
    endedAt: null,
  };
}

/** Starts a session in one transaction with `identify`: what makes its user, or locks and checks it. */
export async function startSession(
  app: App,
  from: SignInPlace,
  identify: (tx: Transaction) => Promise<UserRow>,
): Promise<Session> {
  const refreshToken = randomBytes(32).toString("base64url");
  const { user, session } = await transact(app.database, async (tx) => {
    const user = await identify(tx);
    const session = newSession(app, user.id, from);
    await tx.insert(sessions).values(session);
    await tx.insert(refreshTokens).values({ hash: hashOf(refreshToken), sessionId: session.id });
    return { user, session };
  });
  return await grant(app, user, session, refreshToken);
}

async function findByRefreshToken(tx: Transaction, hash: string) {
  const [found] = await tx.select().from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.hash, hash))
    // Two tabs that refresh at once come one after the other.
    .for("no key update", { of: sessions });
  if (found === undefined) throw fail("tokenInvalid");
  // Read again: the row above is from before the lock was ours.
  const [token] = await tx.select().from(refreshTokens).where(eq(refreshTokens.hash, hash));
  return { session: found.sessions, user: found.users, replacedAt: token?.replacedAt ?? null };
}

async function isUnused(tx: Transaction, token: string): Promise<boolean> {
  const [row] = await tx.select().from(refreshTokens).where(eq(refreshTokens.hash, hashOf(token)));
  return row !== undefined && row.replacedAt === null;
}

async function replaceToken(
  tx: Transaction,
  session: SessionRow,
  token: { old: string; next: string },
) {
  await tx.update(refreshTokens).set({ replacedAt: session.lastUsedAt })
    .where(eq(refreshTokens.hash, hashOf(token.old)));
  await tx.insert(refreshTokens).values({ hash: hashOf(token.next), sessionId: session.id });
  await tx.update(sessions)
    .set({ lastUsedAt: session.lastUsedAt, expiresAt: session.expiresAt })
    .where(eq(sessions.id, session.id));
}

/**
 * Trades a refresh token for the next one and a new access token. An old one that comes again within
 * 10 s, while its successor is unused, gets the same successor; any other reuse ends the session.
 * @throws `tokenInvalid`, `sessionRevoked`, `refreshTokenReused`.
 */
export async function refreshSession(app: App, input: Refresh): Promise<Session> {
  const now = app.clock.now();
  const outcome = await transact(app.database, async (tx) => {
    const old = input.refreshToken;
    const { session, user, replacedAt } = await findByRefreshToken(tx, hashOf(old));
    if (session.endedAt !== null || session.expiresAt <= now) throw fail("sessionRevoked");
    const next = successorOf(old, session.refreshKey);
    const used = {
      ...session,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + app.config.refreshTokenTtlMs),
    };
    if (replacedAt === null) {
      await replaceToken(tx, used, { old, next });
      return { user, session: used, next };
    }
    const isRepeat = now.getTime() - replacedAt.getTime() <= repeatWindowMs;
    if (isRepeat && await isUnused(tx, next)) return { user, session, next };
    await endRows(tx, now, and(eq(sessions.id, session.id)));
    return { reusedBy: session };
  });
  if ("reusedBy" in outcome) {
    app.live.endSessions(outcome.reusedBy.userId, { only: outcome.reusedBy.id });
    app.log.warn("refresh token reused", { sessionId: outcome.reusedBy.id });
    throw fail("refreshTokenReused");
  }
  return await grant(app, outcome.user, outcome.session, outcome.next);
}

/**
 * Who a token speaks for, and that the session still lives.
 * @throws `tokenMissing`, `tokenInvalid`, `tokenExpired`, `sessionRevoked`.
 */
export async function authenticate(
  app: Pick<App, "keyring" | "sessions" | "clock">,
  token: string | null,
): Promise<Access> {
  if (token === null) throw fail("tokenMissing");
  const access = await app.keyring.verify(token);
  const session = await app.sessions.get(access.sessionId);
  if (session === undefined || session.userId !== access.userId) throw fail("tokenInvalid");
  if (session.endedAt !== null || session.expiresAt <= app.clock.now()) {
    throw fail("sessionRevoked");
  }
  return access;
}

/** What of a session decides whether its tokens are good. */
export interface SessionFacts {
  readonly userId: string;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}

/** Reads the facts of many sessions. */
export function sessionLoader(on: Queryable): LoadMany<SessionFacts> {
  return async (ids) => {
    const { id, userId, endedAt, expiresAt } = sessions;
    const rows = await on.select({ id, userId, endedAt, expiresAt }).from(sessions)
      .where(inArray(id, [...ids]));
    return new Map(rows.map((row) => [row.id, row]));
  };
}

// Asked again and again for all who are connected: one parameter, and one prepared statement.
const endedSql = `
  select s.id::text as id
  from jsonb_array_elements_text($1::text::jsonb) asked(id)
  join sessions s on s.id = asked.id::uuid
  where s.ended_at is not null`;

/** Which of these sessions have ended. */
export async function endedAmong(
  database: Pick<Database, "query">,
  sessionIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database.query(endedSql, [JSON.stringify(sessionIds)]);
  return new Set(rows.map(({ id }) => String(id)));
}

/** Ends the sessions that match; gives their ids. */
async function endRows(tx: Queryable, now: Date, which: ReturnType<typeof and>): Promise<string[]> {
  const ended = await tx.update(sessions).set({ endedAt: now })
    .where(and(which, isNull(sessions.endedAt))).returning({ id: sessions.id });
  return ended.map(({ id }) => id);
}

async function endMine(app: App, actor: Actor, sessionId: string): Promise<boolean> {
  const mine = and(eq(sessions.id, sessionId), eq(sessions.userId, actor.userId));
  const ended = await endRows(app.database.orm, app.clock.now(), mine);
  app.live.endSessions(actor.userId, { only: sessionId });
  return ended.length > 0;
}

/** Ends the session of the actor: its tokens and live connections with it. */
export async function logOut(app: App, actor: Actor): Promise<void> {
  // Whether or not another request has ended it a moment ago.
  await endMine(app, actor, actor.sessionId);
}

/**
 * Ends one of my sessions.
 * @throws `notFound` when it is not mine or has ended.
 */
export async function endSession(app: App, actor: Actor, sessionId: string): Promise<void> {
  if (!await endMine(app, actor, sessionId)) throw fail("notFound");
}

/** Ends all sessions of a user but one, within a transaction; tell `live` after it. */
export async function endOtherSessions(tx: Queryable, actor: Actor, now: Date): Promise<void> {
  await endRows(tx, now, and(eq(sessions.userId, actor.userId), ne(sessions.id, actor.sessionId)));
}

/** What a list of sessions shows. */
function summaryOf(row: SessionRow, currentId: string): SessionSummary {
  const { id, deviceName: name, platform, address, createdAt, lastUsedAt } = row;
  return {
    id,
    device: { ...(name === null ? {} : { name }), platform },
    address,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    current: id === currentId,
  };
}

/** My living sessions, newest first. */
export async function listSessions(
  app: App,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Page<SessionSummary>> {
  const before = decodeIdCursor(input.cursor);
  const rows = await app.database.orm.select().from(sessions)
    .where(and(
      eq(sessions.userId, actor.userId),
      isNull(sessions.endedAt),
      gt(sessions.expiresAt, app.clock.now()),
      before === undefined ? undefined : lt(sessions.id, before),
    ))
    .orderBy(desc(sessions.id))
    .limit(input.limit + 1);
  const found = rows.map((row) => summaryOf(row, actor.sessionId));
  return pageFrom(found, input.limit, ({ id }) => id);
}

// So long an ended session is still told apart from one that never was.
const keptAfterEndMs = 30 * 86_400_000;

/** Forgets sessions that ended or lapsed long ago, and their refresh tokens with them. */
export async function sweepSessions(app: App): Promise<void> {
  const before = new Date(app.clock.now().getTime() - keptAfterEndMs);
  await app.database.orm.delete(sessions)
    .where(or(lt(sessions.endedAt, before), lt(sessions.expiresAt, before)));
}
