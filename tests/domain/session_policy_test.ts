/** How many sessions a user may have: any number, one a platform, one. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { sessions, users } from "../../db/schema/mod.ts";
import type { Session } from "../../schemas/auth.ts";
import { assertRefused, type Instance, openWorld, Person, test } from "../support/world.ts";

const world = await openWorld();
const multi = await world.instance();
const perPlatform = await world.instance({ SESSION_POLICY: "perPlatform" });
const single = await world.instance({ SESSION_POLICY: "single" });
const password = "correct horse 1";

async function signIn(at: Instance, { username }: Person, platform?: string): Promise<Person> {
  const device = platform === undefined ? {} : { device: { platform } };
  const { body } = await at.ask<Session>("POST", "/v1/auth/login", {
    username,
    password,
    ...device,
  });
  return new Person(at, username, body);
}

async function isAlive(person: Person): Promise<boolean> {
  const answer = await person.ask("GET", "/v1/users/me");
  if (answer.status === 200) return true;
  assertRefused(answer, 401, "sessionRevoked");
  const { refreshToken } = person.session;
  const refreshed = await person.at.ask("POST", "/v1/auth/refresh", { refreshToken });
  assertRefused(refreshed, 401, "sessionRevoked");
  return false;
}

async function living(people: readonly Person[]): Promise<number> {
  const alive = await Promise.all(people.map(isAlive));
  return alive.filter(Boolean).length;
}

test("by default signing in elsewhere ends nothing", async () => {
  const ana = await multi.person("ana");
  const again = await signIn(multi, ana);
  assert.equal(await living([ana, again]), 2);
});

test("one a platform: the same platform's session ends, others go on", async () => {
  const ana = await perPlatform.person("ana", { device: { platform: "ios" } });
  const web = await signIn(perPlatform, ana, "web");
  assert.equal(await living([ana, web]), 2);
  const tablet = await signIn(perPlatform, ana, "ios");
  assert.deepEqual(await Promise.all([ana, web, tablet].map(isAlive)), [false, true, true]);
});

test("no platform is a platform too", async () => {
  const ana = await perPlatform.person("ana");
  const again = await signIn(perPlatform, ana);
  assert.deepEqual(await Promise.all([ana, again].map(isAlive)), [false, true]);
});

test("one only: signing in ends all others, of nobody else, and the row says why", async () => {
  const [ana, bo] = [await single.person("ana"), await single.person("bo")];
  const web = await signIn(single, ana, "web");
  const { sessionId } = web.session;
  await web.do("POST", "/v1/auth/logout");
  const phone = await signIn(single, ana, "ios");
  assert.deepEqual(await Promise.all([ana, web, phone, bo].map(isAlive)), [
    false,
    false,
    true,
    true,
  ]);
  const rows = await world.database.orm.select().from(sessions).where(eq(sessions.userId, ana.id));
  const reasonOf = (id: string) => rows.find((row) => row.id === id)!.endReason;
  assert.equal(reasonOf(ana.session.sessionId), "signedInElsewhere");
  assert.equal(reasonOf(sessionId), "sessionRevoked", "what had ended keeps its reason");
});

test("of many sign-ins at once exactly one survives", async () => {
  const ana = await single.person("ana");
  const all = await Promise.all(Array.from({ length: 8 }, () => signIn(single, ana)));
  assert.equal(await living([ana, ...all]), 1);
});

test("a wrong password ends nothing", async () => {
  const ana = await single.person("ana");
  const { username } = ana;
  const input = { username, password: "wrong horse 1" };
  assertRefused(await single.ask("POST", "/v1/auth/login", input), 401, "badCredentials");
  assert.equal(await isAlive(ana), true);
});

test("each process of a bot signs in for itself", async () => {
  const bot = await single.person("bot");
  await world.database.orm.update(users).set({ role: "bot" }).where(eq(users.id, bot.id));
  const again = await signIn(single, bot);
  assert.equal(await living([bot, again]), 2);
});
