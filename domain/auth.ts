/** Accounts: registering, signing in, changing the password. */
import { and, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { transact, type Transaction, violates } from "../db/client.ts";
import { users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Credentials, PasswordChange, Registration, Session } from "../schemas/auth.ts";
import { countedAddress } from "./addresses.ts";
import type { Actor, App } from "./app.ts";
import { limitRate } from "./rate_limits.ts";
import { endOtherSessions } from "./session_ends.ts";
import { startSession } from "./sessions.ts";
import { addNames } from "./user_names.ts";
import type { UserRow } from "./users.ts";

function limit(app: App, key: string, max: number): Promise<void> {
  return limitRate(app, key, { max, windowMs: app.config.signInWindowMs });
}

async function limitAddress(app: App, address: string | null): Promise<void> {
  if (address !== null) {
    await limit(app, `sign-in/address/${countedAddress(address)}`, app.config.signInsPerAddressMax);
  }
}

/**
 * Makes an account and signs it in.
 * @throws `usernameTaken`, `phoneTaken`, `rateLimited`, `overloaded`.
 */
export async function register(
  app: App,
  input: Registration,
  address: string | null,
): Promise<Session> {
  await limitAddress(app, address);
  const { password, device, ...profile } = input;
  const row = {
    id: uuidv7(),
    ...profile,
    passwordHash: await app.passwords.hash(password),
    createdAt: app.clock.now(),
  };
  try {
    return await startSession(app, { device, address }, async (tx) => {
      const [user] = await tx.insert(users).values(row).returning();
      await addNames(tx, user!);
      return user!;
    });
  } catch (error) {
    if (violates(error, "users_username_key")) throw fail("usernameTaken");
    if (violates(error, "users_phone_key")) throw fail("phoneTaken");
    throw error;
  }
}

async function findAccount(app: App, { username, phone }: Credentials): Promise<UserRow | null> {
  const which = username === undefined
    ? eq(users.phone, phone ?? "")
    : sql`lower(${users.username}) = lower(${username})`;
  const [user] = await app.database.orm.select().from(users).where(which);
  return user ?? null;
}

/**
 * Signs in. A wrong password and an unknown name get the same answer in the same time; that an account
 * is locked learns only who knows its password.
 * @throws `badCredentials`, `accountLocked`, `rateLimited`, `overloaded`.
 */
export async function logIn(
  app: App,
  input: Credentials,
  address: string | null,
): Promise<Session> {
  await limitAddress(app, address);
  const user = await findAccount(app, input);
  // One count an account, by whichever of its names it is tried.
  const name = user?.id ?? (input.username ?? input.phone ?? "").toLowerCase();
  const account = `sign-in/account/${name}`;
  await limit(app, account, app.config.signInsPerAccountMax);
  const isRight = await app.passwords.verify(input.password, user?.passwordHash ?? null);
  if (user === null || !isRight) throw fail("badCredentials");
  await app.limits.clear(account);
  const checked = await renewHash(app, user, input.password);
  const from = { device: input.device, address };
  return await startSession(app, from, async (tx) => {
    const confirmed = await confirm(app, tx, { checked, ...input });
    if (confirmed.lockedAt !== null) throw fail("accountLocked");
    return confirmed;
  });
}

async function renewHash(app: App, user: UserRow, password: string): Promise<UserRow> {
  const { id, passwordHash: old } = user;
  if (old === null || !app.passwords.isOutdated(old)) return user;
  const passwordHash = await app.passwords.hash(password);
  // Not over a password that was changed in the meantime.
  const [renewed] = await app.database.orm.update(users).set({ passwordHash })
    .where(and(eq(users.id, id), eq(users.passwordHash, old))).returning();
  return renewed ?? user;
}

// A check takes a while: if the password was changed meanwhile, it was the old one that was right, and
// whatever began with it would outlive the change. The lock keeps it until the transaction ends.
async function confirm(
  app: App,
  tx: Transaction,
  { checked, password }: { checked: UserRow; password: string },
): Promise<UserRow> {
  const [user] = await tx.select().from(users).where(eq(users.id, checked.id))
    .for("no key update");
  const isSame = user?.passwordHash === checked.passwordHash;
  const isRight = isSame || await app.passwords.verify(password, user?.passwordHash ?? null);
  if (user === undefined || !isRight) throw fail("badCredentials");
  return user;
}

/**
 * Changes the password and ends every other session.
 * @throws `badCredentials`, `rateLimited`.
 */
export async function changePassword(app: App, actor: Actor, input: PasswordChange): Promise<void> {
  const account = `password/${actor.userId}`;
  await limit(app, account, app.config.signInsPerAccountMax);
  const [user] = await app.database.orm.select().from(users).where(eq(users.id, actor.userId));
  const isRight = await app.passwords.verify(input.oldPassword, user?.passwordHash ?? null);
  if (user === undefined || !isRight) throw fail("badCredentials");
  await app.limits.clear(account);
  const passwordHash = await app.passwords.hash(input.newPassword);
  const ended = await transact(app.database, async (tx) => {
    await confirm(app, tx, { checked: user, password: input.oldPassword });
    await tx.update(users).set({ passwordHash }).where(eq(users.id, actor.userId));
    return await endOtherSessions(tx, actor, app.clock.now());
  });
  app.live.endSessions(actor.userId, ended, "sessionRevoked");
}
