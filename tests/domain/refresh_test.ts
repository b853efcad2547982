/** `POST /v1/auth/refresh`: rotation, repetition within ten seconds, and reuse that ends the session. */
import { strict as assert } from "node:assert";
import { refreshTokens, sessions } from "../../db/schema/mod.ts";
import type { Session } from "../../schemas/auth.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { within } from "../support/waiting.ts";
import { assertRefused, type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });
const ttlMs = server.patter.app.config.refreshTokenTtlMs;
const day = 86_400_000;

function refresh(refreshToken: unknown, at: Instance = server) {
  return at.ask<Session>("POST", "/v1/auth/refresh", { refreshToken });
}

async function refreshed(refreshToken: string, at: Instance = server): Promise<Session> {
  const { status, body } = await refresh(refreshToken, at);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** What `/users/me` answers to an access token. */
async function meWith(accessToken: string): Promise<string> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const { status, body } = await server.ask("GET", "/v1/users/me", undefined, headers);
  return status === 200 ? "me" : body.code;
}

async function assertRevoked(person: Person): Promise<void> {
  assert.equal(await meWith(person.session.accessToken), "sessionRevoked");
}

test("refresh gives the same session new tokens, and the old access token lives on", async () => {
  const ana = await server.person("ana");
  world.clock.advanceMs(2_000);
  const next = await refreshed(ana.session.refreshToken);
  assert.equal(next.sessionId, ana.session.sessionId);
  assert.deepEqual(next.user, ana.session.user);
  assert.notEqual(next.refreshToken, ana.session.refreshToken);
  assert.notEqual(next.accessToken, ana.session.accessToken);
  assert.ok(next.refreshTokenExpiresAt > ana.session.refreshTokenExpiresAt);
  assert.equal(await meWith(next.accessToken), "me");
  assert.equal(await meWith(ana.session.accessToken), "me");
});

test("a token used again within ten seconds gives the same successor, as often as asked", async () => {
  const ana = await server.person("ana");
  const first = await refreshed(ana.session.refreshToken);
  for (const at of [server, second, server]) {
    world.clock.advanceMs(3_000);
    const again = await refreshed(ana.session.refreshToken, at);
    assert.equal(again.refreshToken, first.refreshToken);
    assert.equal(again.refreshTokenExpiresAt, first.refreshTokenExpiresAt);
    assert.equal(await meWith(again.accessToken), "me");
  }
  assert.equal((await refresh(first.refreshToken)).status, 200);
});

test("a token used again after its successor was used ends the session", async () => {
  const ana = await server.person("ana");
  const live = await ana.connect();
  const next = await refreshed(ana.session.refreshToken);
  const afterNext = await refreshed(next.refreshToken);
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
  await assertRevoked(ana);
  assert.equal(await meWith(afterNext.accessToken), "sessionRevoked");
  assert.equal((await within("the socket closes", live.closed)).code, 4501);
  for (const dead of [ana.session.refreshToken, next.refreshToken, afterNext.refreshToken]) {
    assertRefused(await refresh(dead), 401, "sessionRevoked");
  }
});

test("a token used again after ten seconds ends the session, its successor unused or not", async () => {
  const ana = await server.person("ana");
  const next = await refreshed(ana.session.refreshToken);
  world.clock.advanceMs(10_001);
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
  assertRefused(await refresh(next.refreshToken), 401, "sessionRevoked");
  await assertRevoked(ana);
});

test("repeating does not lengthen the ten seconds", async () => {
  const ana = await server.person("ana");
  await refreshed(ana.session.refreshToken);
  world.clock.advanceMs(6_000);
  await refreshed(ana.session.refreshToken);
  world.clock.advanceMs(6_000);
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
});

test("a token from further back ends the session even within ten seconds", async () => {
  const ana = await server.person("ana");
  let token = ana.session.refreshToken;
  for (let times = 0; times < 3; times++) token = (await refreshed(token)).refreshToken;
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
});

test("reuse ends that session and no other of the user", async () => {
  const ana = await server.person("ana");
  const other = await ana.again();
  const next = await refreshed(ana.session.refreshToken);
  await refreshed(next.refreshToken);
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
  assert.equal(await meWith(other.session.accessToken), "me");
  assert.equal((await refresh(other.session.refreshToken)).status, 200);
});

test("reuse is told on another instance at once", async () => {
  const ana = await server.person("ana");
  const live = await ana.connect(second);
  await refreshed((await refreshed(ana.session.refreshToken)).refreshToken);
  assertRefused(await refresh(ana.session.refreshToken), 401, "refreshTokenReused");
  assert.equal((await within("the socket closes", live.closed)).code, 4501);
});

test("refreshes of one token at the same time, on two instances, all get the same successor", async () => {
  const ana = await server.person("ana");
  const answers = await Promise.all(
    Array.from(
      { length: 12 },
      (_, i) => refresh(ana.session.refreshToken, i % 2 ? second : server),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(200));
  const [successor, ...others] = new Set(answers.map(({ body }) => body.refreshToken));
  assert.deepEqual(others, []);
  assert.equal((await refresh(successor)).status, 200);
});

test("unknown tokens are invalid, whatever they look like", async () => {
  const ana = await server.person("ana");
  const { refreshToken, accessToken } = ana.session;
  const garbage = [
    "x",
    "null",
    refreshToken.slice(1),
    `${refreshToken}A`,
    "\u0000",
    "\ud800",
    "%00",
  ];
  for (const token of garbage) assertRefused(await refresh(token), 401, "tokenInvalid");
  assertRefused(await refresh(accessToken.slice(0, 512)), 401, "tokenInvalid");
  assert.equal(await meWith(refreshToken), "tokenInvalid");
  assert.equal((await refresh(refreshToken)).status, 200);
});

test("a refresh token that is missing, too long or no text is malformed", async () => {
  for (const token of [undefined, null, 7, "", "x".repeat(513), ["x"]]) {
    assertRefused(await refresh(token), 400, "invalidInput");
  }
  const extra = { refreshToken: "x", device: {} };
  assertRefused(await server.ask("POST", "/v1/auth/refresh", extra), 400, "invalidInput");
});

test("a token of a session that has ended says so", async () => {
  const ana = await server.person("ana");
  const other = await ana.again();
  await ana.do("POST", "/v1/auth/logout");
  assertRefused(await refresh(ana.session.refreshToken), 401, "sessionRevoked");
  const third = await other.again();
  await third.do("DELETE", `/v1/auth/sessions/${other.session.sessionId}`);
  assertRefused(await refresh(other.session.refreshToken), 401, "sessionRevoked");
});

test("a session that is refreshed in time goes on; one that is not lapses", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  world.clock.advanceMs(ttlMs - day);
  const next = await refreshed(ana.session.refreshToken);
  world.clock.advanceMs(day + 1_000);
  assert.equal((await refresh(next.refreshToken)).status, 200);
  assertRefused(await refresh(bo.session.refreshToken), 401, "sessionRevoked");
});

test("what the database holds is no token, and the key that makes successors alone makes none", async () => {
  const ana = await server.person("ana");
  const next = await refreshed(ana.session.refreshToken);
  const { orm } = world.database;
  const stored = JSON.stringify([
    await orm.select().from(refreshTokens),
    await orm.select().from(sessions),
  ]);
  for (const secret of [ana.session.refreshToken, next.refreshToken, next.accessToken]) {
    assert.ok(!stored.includes(secret));
  }
});

test("no token stands in the log", async () => {
  const ana = await server.person("ana");
  const next = await refreshed(ana.session.refreshToken);
  await refreshed(next.refreshToken);
  await refresh(ana.session.refreshToken);
  const log = JSON.stringify(server.log.lines);
  for (const secret of [ana.session.refreshToken, next.refreshToken, next.accessToken]) {
    assert.ok(!log.includes(secret));
  }
});
