/** Limits on signing in: per account, per address, forgotten by success and by time. */
import { strict as assert } from "node:assert";
import { LimitsInMemory } from "../../adapters/limits_memory.ts";
import { ConfigError, loadConfig } from "../../config.ts";
import type { Problem } from "../../errors.ts";
import { type Answer, assertRefused, type Instance, openWorld, test } from "../support/world.ts";

const world = await openWorld();
// Accounts are made where nothing is counted and passwords cost little.
const elsewhere = await world.instance();
const windowMs = 60_000;
const right = "correct horse 1";

function limited(settings: Record<string, string> = {}): Promise<Instance> {
  return world.instance({
    RATE_LIMITS: "on",
    PASSWORD_COST: "14",
    SIGN_INS_PER_ACCOUNT_MAX: "3",
    SIGN_IN_WINDOW_MS: String(windowMs),
    ...settings,
  });
}

function logIn(at: Instance, input: object, password = "wrong horse 1") {
  return at.ask<Problem>("POST", "/v1/auth/login", { ...input, password });
}

/** Signs in from an address of its own. */
async function logInFrom(at: Instance, address: string, username: string, password: string) {
  const request = new Request(`${at.url}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  return (await at.patter.fetch(request, address)).status;
}

function assertLimited({ status, headers, body }: Answer<Problem>): void {
  assert.deepEqual([status, body.code], [429, "rateLimited"]);
  const { retryAfterMs } = body;
  assert.ok(Number.isInteger(retryAfterMs) && retryAfterMs! > 0 && retryAfterMs! <= windowMs);
  assert.equal(headers.get("retry-after"), String(Math.ceil(retryAfterMs! / 1_000)));
}

test("after too many failures an account takes no password, not even the right one", async () => {
  const server = await limited();
  const { username } = await elsewhere.person("ana");
  for (let times = 0; times < 3; times++) {
    assertRefused(await logIn(server, { username }), 401, "badCredentials");
  }
  assertLimited(await logIn(server, { username }));
  assertLimited(await logIn(server, { username }, right));
});

test("an unknown name is limited like a known one, with the same answer", async () => {
  const server = await limited();
  const { username } = await elsewhere.person("ana");
  const known: Answer<Problem>[] = [];
  const unknown: Answer<Problem>[] = [];
  for (let times = 0; times < 4; times++) {
    known.push(await logIn(server, { username }));
    unknown.push(await logIn(server, { username: "nobody_at_all" }));
  }
  for (const [place, { status, body }] of known.entries()) {
    const other = unknown[place]!;
    assert.equal(other.status, status);
    assert.deepEqual({ ...other.body, retryAfterMs: 0 }, { ...body, retryAfterMs: 0 });
  }
  assertLimited(known[3]!);
  assertLimited(unknown[3]!);
});

test("an account has one count, by whichever name and in whichever case it is tried", async () => {
  const server = await limited();
  const phone = "+4915112349001";
  const { username } = await elsewhere.person("ana", { phone });
  const names = [{ username }, { username: username.toUpperCase() }, { phone }];
  for (const name of names) assertRefused(await logIn(server, name), 401, "badCredentials");
  for (const name of names) assertLimited(await logIn(server, name, right));
});

test("many tries at the same time are no way around the limit", async () => {
  const server = await limited();
  const { username } = await elsewhere.person("ana");
  const answers = await Promise.all(Array.from({ length: 8 }, () => logIn(server, { username })));
  assert.equal(answers.filter(({ status }) => status === 401).length, 3);
  for (const answer of answers.filter(({ status }) => status !== 401)) assertLimited(answer);
});

test("one account's failures do not limit another", async () => {
  const server = await limited();
  const [ana, bo] = [await elsewhere.person("ana"), await elsewhere.person("bo")];
  for (let times = 0; times < 4; times++) await logIn(server, { username: ana.username });
  assert.equal((await logIn(server, { username: bo.username }, right)).status, 200);
});

test("a success forgets the failures before it", async () => {
  const server = await limited();
  const { username } = await elsewhere.person("ana");
  for (let round = 0; round < 2; round++) {
    for (let times = 0; times < 2; times++) {
      assertRefused(await logIn(server, { username }), 401, "badCredentials");
    }
    assert.equal((await logIn(server, { username }, right)).status, 200);
  }
});

test("the limit ends with its window", async () => {
  const server = await limited();
  const { username } = await elsewhere.person("ana");
  for (let times = 0; times < 3; times++) await logIn(server, { username });
  const { body } = await logIn(server, { username });
  world.clock.advanceMs(body.retryAfterMs!);
  assert.equal((await logIn(server, { username }, right)).status, 200);
});

test("an address may sign in and register so many times, whoever it tries to be", async () => {
  const server = await limited({ SIGN_INS_PER_ADDRESS_MAX: "4" });
  const { username } = await elsewhere.person("ana");
  assert.equal((await logIn(server, { username }, right)).status, 200);
  assertRefused(await logIn(server, { username: "nobody_1" }), 401, "badCredentials");
  assertRefused(await logIn(server, { username: "nobody_2" }), 401, "badCredentials");
  const input = { username: "newcomer_1", password: right, nickname: "N" };
  assert.equal((await server.ask("POST", "/v1/auth/register", input)).status, 201);
  assertLimited(await logIn(server, { username }, right));
  const another = { ...input, username: "newcomer_2" };
  assertLimited(await server.ask<Problem>("POST", "/v1/auth/register", another));
  world.clock.advanceMs(windowMs);
  assert.equal((await logIn(server, { username }, right)).status, 200);
});

test("another address is not limited by that, but the account still is", async () => {
  const server = await limited({ SIGN_INS_PER_ADDRESS_MAX: "2" });
  const [ana, bo] = [await elsewhere.person("ana"), await elsewhere.person("bo")];
  const from = (address: string, password: string, username = ana.username) =>
    logInFrom(server, address, username, password);
  const tries = [await from("10.0.0.1", "wrong 11"), await from("10.0.0.1", "wrong 11")];
  assert.deepEqual([...tries, await from("10.0.0.1", right, bo.username)], [401, 401, 429]);
  assert.equal(await from("10.0.0.2", right, bo.username), 200);
  assert.equal(await from("10.0.0.2", "wrong 11"), 401);
  assert.equal(await from("10.0.0.3", right), 429);
});

test("of IPv6 a network of 64 bits is one address, and a mapped address is the IPv4 one", async () => {
  const server = await limited({ SIGN_INS_PER_ADDRESS_MAX: "1" });
  const { username } = await elsewhere.person("ana");
  const from = (address: string) => logInFrom(server, address, username, right);
  const network = [await from("2001:db8:1:2::3"), await from("2001:DB8:1:2:ffff::9")];
  assert.deepEqual([...network, await from("2001:db8:1:3::3")], [200, 429, 200]);
  assert.deepEqual([await from("10.0.0.9"), await from("::ffff:10.0.0.9")], [200, 429]);
});

test("who is signed in is not disturbed by failures of others on the account", async () => {
  const server = await limited();
  const ana = await elsewhere.person("ana");
  for (let times = 0; times < 4; times++) await logIn(server, { username: ana.username });
  const { accessToken, refreshToken } = ana.session;
  const headers = { authorization: `Bearer ${accessToken}` };
  assert.equal((await server.ask("GET", "/v1/users/me", undefined, headers)).status, 200);
  assert.equal((await server.ask("POST", "/v1/auth/refresh", { refreshToken })).status, 200);
});

test("guessing the old password of a session is limited like signing in", async () => {
  const server = await limited();
  const ana = await elsewhere.person("ana");
  const headers = { authorization: `Bearer ${ana.session.accessToken}` };
  const change = (oldPassword: string) =>
    server.ask("POST", "/v1/auth/password", { oldPassword, newPassword: "brand new 2" }, headers);
  for (let times = 0; times < 3; times++) {
    assertRefused(await change("wrong horse 1"), 401, "badCredentials");
  }
  assertLimited(await change(right));
});

test("with limits off nobody is limited", async () => {
  const { username } = await elsewhere.person("ana");
  const free = await world.instance({
    SIGN_INS_PER_ACCOUNT_MAX: "1",
    SIGN_INS_PER_ADDRESS_MAX: "1",
  });
  for (let times = 0; times < 5; times++) {
    assertRefused(await logIn(free, { username }), 401, "badCredentials");
  }
  assert.equal((await logIn(free, { username }, right)).status, 200);
});

test("a password cost under 14 is refused unless limits are off", () => {
  assert.throws(() => loadConfig({ PASSWORD_COST: "13" }), (error) => {
    return error instanceof ConfigError && error.message.includes("PASSWORD_COST");
  });
  assert.equal(loadConfig({ PASSWORD_COST: "13", RATE_LIMITS: "off" }).passwordCost, 13);
});

test("counts in memory are bounded: the oldest of too many names are forgotten", async () => {
  const limits = new LimitsInMemory(world.clock);
  const once = { max: 1, windowMs };
  for (const key of ["oldest", "second"]) await limits.count(key, once);
  for (let place = 0; place < 99_999; place++) await limits.count(`name ${place}`, once);
  assert.equal((await limits.count("second", once)).retryAfterMs > 0, true);
  assert.equal((await limits.count("oldest", once)).retryAfterMs, 0);
});
