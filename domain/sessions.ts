/** Sessions: one sign-in on one device, and its access and refresh tokens. */
import { and, desc, eq, gt, inArray, isNull, lt, or } from "drizzle-orm";
import { Buffer } from "node:buffer";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { refreshTokens, sessions, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Device, Refresh, Session, SessionSummary } from "../schemas/auth.ts";
import type { Page } from "../schemas/fields.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { endElsewhere, endRows } from "./session_ends.ts";
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
    endReason: null,
  };
}

/**
 * Starts a session in one transaction with `identify`: what makes its user, or locks and checks it.
 * Others of the user end with it where `SESSION_POLICY` says so.
 */
export async function startSession(
  app: App,
  from: SignInPlace,
  identify: (tx: Transaction) => Promise<UserRow>,
): Promise<Session> {
  const refreshToken = randomBytes(32).toString("base64url");
  const { user, session, ended } = await transact(app.database, async (tx) => {
    const user = await identify(tx);
    const session = newSession(app, user.id, from);
    const ended = await endElsewhere(app, tx, { user, platform: session.platform });
    await tx.insert(sessions).values(session);
    await tx.insert(refreshTokens).values({ hash: hashOf(refreshToken), sessionId: session.id });
    return { user, session, ended };
  });
  app.live.endSessions(user.id, ended, "signedInElsewhere");
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
 * @throws `tokenInvalid`, `accountLocked`, `sessionRevoked`, `refreshTokenReused`.
 */
export async function refreshSession(app: App, input: Refresh): Promise<Session> {
  const now = app.clock.now();
  const outcome = await transact(app.database, async (tx) => {
    const old = input.refreshToken;
    const { session, user, replacedAt } = await findByRefreshToken(tx, hashOf(old));
    requireLiving({ ...session, lockedAt: user.lockedAt }, now);
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
    const { id, userId } = session;
    await endRows(tx, { userId, which: eq(sessions.id, id), reason: "sessionRevoked", now });
    return { reusedBy: session };
  });
  if ("reusedBy" in outcome) {
    const { id, userId } = outcome.reusedBy;
    app.live.endSessions(userId, [id], "sessionRevoked");
    app.log.warn("refresh token reused", { sessionId: id });
    throw fail("refreshTokenReused");
  }
  return await grant(app, outcome.user, outcome.session, outcome.next);
}

/**
 * Who a token speaks for, and that the session still lives.
 * @throws `tokenMissing`, `tokenInvalid`, `tokenExpired`, `sessionRevoked`, `accountLocked`.
 */
export async function authenticate(
  app: Pick<App, "keyring" | "sessions" | "clock">,
  token: string | null,
): Promise<Access> {
  if (token === null) throw fail("tokenMissing");
  const access = await app.keyring.verify(token);
  const session = await app.sessions.get(access.sessionId);
  if (session === undefined || session.userId !== access.userId) throw fail("tokenInvalid");
  requireLiving(session, app.clock.now());
  return access;
}

/** What of a session decides whether its tokens are good. */
export interface SessionFacts {
  readonly userId: string;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
  /** Since when its user is locked out. */
  readonly lockedAt: Date | null;
}

function requireLiving(session: Omit<SessionFacts, "userId">, now: Date): void {
  if (session.lockedAt !== null) throw fail("accountLocked");
  if (session.endedAt !== null || session.expiresAt <= now) throw fail("sessionRevoked");
}

/**
 * Refuses whoever's session has ended since it was asked with.
 * @throws `sessionRevoked`, `accountLocked`.
 */
export async function requireSession(
  app: Pick<App, "sessions" | "clock">,
  { sessionId }: Pick<Actor, "sessionId">,
): Promise<void> {
  const session = await app.sessions.get(sessionId);
  if (session === undefined) throw fail("sessionRevoked");
  requireLiving(session, app.clock.now());
}

/** Reads the facts of many sessions. */
export function sessionLoader(on: Queryable): LoadMany<SessionFacts> {
  return async (ids) => {
    const { id, userId, endedAt, expiresAt } = sessions;
    const { lockedAt } = users;
    const rows = await on.select({ id, userId, endedAt, expiresAt, lockedAt }).from(sessions)
      .innerJoin(users, eq(users.id, userId))
      .where(inArray(id, [...ids]));
    return new Map(rows.map((row) => [row.id, row]));
  };
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
const sweptAtOnce = 1_000;
const keptAfterEndMs = 30 * 86_400_000;

/** Forgets sessions that ended or lapsed long ago, and their refresh tokens with them, some at a time. */
export async function sweepSessions(app: App): Promise<void> {
  const before = new Date(app.clock.now().getTime() - keptAfterEndMs);
  const { orm } = app.database;
  const { id } = sessions;
  for (let deleted = sweptAtOnce; deleted === sweptAtOnce;) {
    const some = orm.select({ id }).from(sessions)
      .where(or(lt(sessions.endedAt, before), lt(sessions.expiresAt, before))).limit(sweptAtOnce);
    deleted = (await orm.delete(sessions).where(inArray(id, some)).returning({ id })).length;
  }
}
