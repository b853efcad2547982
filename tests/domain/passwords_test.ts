/** Password hashes: PHC strings, renewed at sign-in, made off the event loop and a few at a time. */
import { eq } from "drizzle-orm";
import { strict as assert } from "node:assert";
import { Passwords } from "../../domain/passwords.ts";
import { users } from "../../db/schema/mod.ts";
import type { Session } from "../../schemas/auth.ts";
import { assertFails, assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const cheap = { cost: 4, atOnceMax: 1, queueMax: 100 };

async function storedHash(userId: string): Promise<string> {
  const [row] = await world.database.orm.select().from(users).where(eq(users.id, userId));
  return row!.passwordHash!;
}

test("a hash is a PHC string of scrypt with its parameters, salt and 32 bytes", async () => {
  const hash = await new Passwords(cheap).hash("secret word 1");
  const parts = /^\$scrypt\$ln=4,r=8,p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  assert.ok(parts, hash);
  assert.equal(atob(parts[1]!).length, 16);
  assert.equal(atob(parts[2]!).length, 32);
});

test("the same password hashes to something new each time, and each is recognised", async () => {
  const passwords = new Passwords(cheap);
  const [one, other] = [await passwords.hash("secret 1"), await passwords.hash("secret 1")];
  assert.notEqual(one, other);
  for (const hash of [one, other]) {
    assert.equal(await passwords.verify("secret 1", hash), true);
    assert.equal(await passwords.verify("secret 2", hash), false);
    assert.equal(await passwords.verify("", hash), false);
  }
});

test("costs from 14 on have the parallelization that OWASP pairs with them", async () => {
  const passwords = new Passwords({ ...cheap, cost: 14 });
  assert.match(await passwords.hash("secret 1"), /^\$scrypt\$ln=14,r=8,p=5\$/);
});

test("no account is checked like any other, and never right", async () => {
  const passwords = new Passwords({ cost: 10, atOnceMax: 1, queueMax: 0 });
  const checking = passwords.verify("secret 1", null);
  // It takes its place among those that are being hashed, and so the same time.
  await assertFails("overloaded", () => passwords.hash("secret 1"));
  assert.equal(await checking, false);
});

test("a hash made with other parameters is recognised, and known to be outdated", async () => {
  const old = await new Passwords(cheap).hash("secret 1");
  const passwords = new Passwords({ ...cheap, cost: 6 });
  assert.equal(await passwords.verify("secret 1", old), true);
  assert.equal(passwords.isOutdated(old), true);
  assert.equal(passwords.isOutdated(await passwords.hash("secret 1")), false);
});

test("more than may wait are told to come back", async () => {
  const passwords = new Passwords({ cost: 10, atOnceMax: 1, queueMax: 2 });
  const accepted = [1, 2, 3].map((word) => passwords.hash(`secret ${word}`));
  const { options } = await assertFails("overloaded", () => passwords.hash("secret 4"));
  assert.ok(options.retryAfterMs! > 0);
  assert.equal(new Set(await Promise.all(accepted)).size, 3);
  assert.equal(await passwords.verify("secret 1", await passwords.hash("secret 1")), true);
});

test("one that cannot be checked gives its place in the queue back", async () => {
  const passwords = new Passwords({ ...cheap, queueMax: 1 });
  const broken = `$scrypt$ln=63,r=8,p=1$${btoa("salt")}$${btoa("hash")}`.replaceAll("=$", "$");
  await assert.rejects(passwords.verify("secret 1", broken.replace(/=+$/, "")));
  assert.match(await passwords.hash("secret 1"), /^\$scrypt\$/);
});

test("signing in renews a hash whose parameters are no longer those in force", async () => {
  const [cheapest, dearer] = [
    await world.instance({ PASSWORD_COST: "4" }),
    await world.instance({ PASSWORD_COST: "5" }),
  ];
  const ana = await cheapest.person("ana");
  const before = await storedHash(ana.id);
  assert.match(before, /^\$scrypt\$ln=4,/);
  const wrong = { username: ana.username, password: "wrong word 1" };
  assertRefused(await dearer.ask("POST", "/v1/auth/login", wrong), 401, "badCredentials");
  assert.equal(await storedHash(ana.id), before);
  const right = { username: ana.username, password: "correct horse 1" };
  assert.equal((await dearer.ask("POST", "/v1/auth/login", right)).status, 200);
  const renewed = await storedHash(ana.id);
  assert.match(renewed, /^\$scrypt\$ln=5,/);
  for (const instance of [dearer, cheapest]) {
    assert.equal((await instance.ask("POST", "/v1/auth/login", right)).status, 200);
  }
});

test("two sign-ins that renew a hash at once both go through", async () => {
  const [cheapest, dearer] = [
    await world.instance({ PASSWORD_COST: "4" }),
    await world.instance({ PASSWORD_COST: "6" }),
  ];
  const bo = await cheapest.person("bo");
  const right = { username: bo.username, password: "correct horse 1" };
  const answers = await Promise.all(
    [dearer, dearer, dearer, cheapest].map((at) => at.ask("POST", "/v1/auth/login", right)),
  );
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
});

test("a hundred sign-ins at once queue up while a chat goes on", async () => {
  const server = await world.instance({ PASSWORD_COST: "11" });
  const person = await server.person("busy");
  const live = await person.connect();
  let ended = 0;
  const input = { username: person.username, password: "correct horse 1" };
  const signIns = Array.from({ length: 100 }, async () => {
    const { status } = await server.ask<Session>("POST", "/v1/auth/login", input);
    ended++;
    return status;
  });
  let pings = 0;
  while (ended < 100) {
    await live.call("ping");
    if (ended < 100) pings++;
  }
  assert.ok(pings >= 10, `${pings} pings were answered before the last sign-in`);
  assert.deepEqual(await Promise.all(signIns), Array(100).fill(200));
});

test("the event loop turns while a hash is running", async () => {
  const passwords = new Passwords({ cost: 16, atOnceMax: 1, queueMax: 1 });
  let isDone = false;
  const hashing = passwords.hash("secret 1").then(() => isDone = true);
  let turns = 0;
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    turns++;
  }
  await hashing;
  assert.ok(turns > 5, `${turns} turns`);
});
