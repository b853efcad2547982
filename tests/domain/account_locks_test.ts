/** Locked accounts: out everywhere at once, and in again when they are unlocked. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { users } from "../../db/schema/mod.ts";
import { requireAdmin, setAdmin } from "../../domain/admins.ts";
import type { AccountLock } from "../../schemas/admin.ts";
import type { Session } from "../../schemas/auth.ts";
import { within } from "../support/waiting.ts";
import { assertFails, assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const admin = await newAdmin();

async function newAdmin(): Promise<Person> {
  const person = await server.person("admin");
  assert.ok(await setAdmin(world.database, person.username, true));
  return person;
}

function lock(person: Person, by = admin): Promise<AccountLock> {
  return by.do<AccountLock>("PUT", `/v1/admin/users/${person.id}/lock`);
}

function unlock(person: Person): Promise<unknown> {
  return admin.do("DELETE", `/v1/admin/users/${person.id}/lock`);
}

function signIn({ username }: Person, password = "correct horse 1") {
  return server.ask("POST", "/v1/auth/login", { username, password });
}

test("a locked account is refused everything, and its connections end with 4503", async () => {
  const ana = await server.person("ana");
  const live = [await ana.connect(), await (await ana.again()).connect()];
  const { user, lockedAt } = await lock(ana);
  assert.equal(user.id, ana.id);
  assert.ok(Math.abs(Date.parse(lockedAt) - world.clock.now().getTime()) < 60_000);
  for (const client of live) {
    const { code, reason } = await within("the socket closes", client.closed);
    assert.deepEqual([code, reason], [4503, "accountLocked"]);
  }
  const { refreshToken } = ana.session;
  assertRefused(await ana.ask("GET", "/v1/users/me"), 403, "accountLocked");
  assertRefused(await ana.ask("GET", "/v1/ws"), 403, "accountLocked");
  assertRefused(
    await server.ask("POST", "/v1/auth/refresh", { refreshToken }),
    403,
    "accountLocked",
  );
  assertRefused(await signIn(ana), 403, "accountLocked");
});

test("that it is locked learns only who knows the password", async () => {
  const ana = await server.person("ana");
  await lock(ana);
  assertRefused(await signIn(ana, "wrong horse 1"), 401, "badCredentials");
});

test("unlocking brings the account back; what the lock ended stays ended", async () => {
  const ana = await server.person("ana");
  const first = await lock(ana);
  assert.deepEqual(await lock(ana), first, "locking once more changes nothing");
  await unlock(ana);
  assertRefused(await ana.ask("GET", "/v1/users/me"), 401, "sessionRevoked");
  const { refreshToken } = ana.session;
  assertRefused(
    await server.ask("POST", "/v1/auth/refresh", { refreshToken }),
    401,
    "sessionRevoked",
  );
  assert.equal((await signIn(ana)).status, 200);
});

test("a sign-in under way when the account is locked leaves no session behind", async () => {
  const ana = await server.person("ana");
  const [signedIn] = await Promise.all([signIn(ana), lock(ana)]);
  if (signedIn.status === 200) {
    const { accessToken } = signedIn.body as unknown as Session;
    const authorization = `Bearer ${accessToken}`;
    const answer = await server.ask("GET", "/v1/users/me", undefined, { authorization });
    assertRefused(answer, 403, "accountLocked");
  }
  await unlock(ana);
  assert.deepEqual(
    (await (await ana.again()).do<{ items: [] }>("GET", "/v1/auth/sessions")).items.length,
    1,
  );
});

test("nobody locks themselves or another admin, not even two each other at once", async () => {
  const other = await newAdmin();
  for (const whom of [admin, other]) {
    const answer = await admin.ask("PUT", `/v1/admin/users/${whom.id}/lock`);
    assertRefused(answer, 403, "notAllowed");
  }
  const path = (whom: Person) => `/v1/admin/users/${whom.id}/lock`;
  const answers = await Promise.all([
    admin.ask("PUT", path(other)),
    other.ask("PUT", path(admin)),
  ]);
  for (const answer of answers) assertRefused(answer, 403, "notAllowed");
});

test("an admin's power ends with the role, whatever the token says", async () => {
  const [former, ana] = [await (await newAdmin()).again(), await server.person("ana")];
  assert.equal(former.session.user.role, "admin");
  assert.ok(await setAdmin(world.database, former.username, false));
  assertRefused(await former.ask("PUT", `/v1/admin/users/${ana.id}/lock`), 403, "notAllowed");
  const { id: userId, session: { sessionId } } = former;
  const actor = { userId, sessionId, role: "admin" as const };
  await assertFails("notAllowed", () => requireAdmin(server.patter.app, actor));
});

test("only users become admins, by a name in whatever case", async () => {
  const [ana, bot] = [await server.person("ana"), await server.person("bot")];
  await world.database.orm.update(users).set({ role: "bot" }).where(eq(users.id, bot.id));
  const { database } = world;
  assert.equal(await setAdmin(database, ana.username.toUpperCase(), true), true);
  assert.equal(await setAdmin(database, ana.username, true), false, "is one already");
  assert.equal(await setAdmin(database, bot.username, true), false);
  assert.equal(await setAdmin(database, "nobody at all", true), false);
  assert.equal(await setAdmin(database, ana.username, false), true);
});
