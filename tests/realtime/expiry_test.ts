/** Tokens that end while a connection lives: it is warned, goes on with a newer one, or ends and says so. */
import { strict as assert } from "node:assert";
import type { Session } from "../../schemas/auth.ts";
import type { Client } from "../support/client.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const minute = 60_000;

/** Lets time pass, in which all have said pong, and the wheel come round. */
function pass(ms: number, at: Instance = server): void {
  const { hub } = at.patter;
  world.clock.advanceMs(ms);
  for (const connection of hub.connections()) {
    connection.receive('{"jsonrpc":"2.0","method":"pong"}');
  }
  for (let i = 0; i < 64; i++) hub.heartbeat.tick();
}

/** A newer access token of the same session. */
async function renew(person: Person): Promise<string> {
  const { refreshToken } = person.session;
  const { status, body } = await server.ask<Session>("POST", "/v1/auth/refresh", { refreshToken });
  assert.equal(status, 200);
  person.session = body;
  return body.accessToken;
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(() => undefined, (error) => error);
  return error?.problem?.code;
}

function expiringAt(client: Client): string[] {
  return client.all("session.expiring").map(({ tokenExpiresAt }) => tokenExpiresAt);
}

test("a connection is warned a minute before its token ends, once, and ends with it", async () => {
  const ana = await server.person("ana");
  const { client, ready } = await ana.connecting();
  assert.equal(ready.tokenExpiresAt, ana.session.accessTokenExpiresAt);
  pass(28 * minute);
  await client.call("ping");
  assert.deepEqual(expiringAt(client), []);
  pass(minute + 1_000);
  const { tokenExpiresAt } = await client.next("session.expiring");
  assert.equal(tokenExpiresAt, ana.session.accessTokenExpiresAt);
  pass(30_000);
  await client.call("ping");
  assert.equal(expiringAt(client).length, 1);
  pass(30_000);
  assert.deepEqual(await client.closed, { code: 4004, reason: "tokenExpired" });
  assert.equal(server.patter.hub.users.has(ana.id), false);
});

test("a token that ends stops no delivery without a word: until it is closed, all comes", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await ana.connect();
  pass(29 * minute);
  await renew(bo);
  await bo.says("before the end", id);
  await live.sees("before the end");
  world.clock.advanceMs(minute);
  await bo.says("after the end", id);
  // Either it comes, or the wheel has come by meanwhile and says so: then the wait is given up.
  await Promise.race([live.sees("after the end").catch(() => {}), live.closed]);
  pass(0);
  assert.equal((await live.closed).code, 4004);
});

test("with a newer token of its session a connection goes on, and is warned again", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await ana.connect();
  pass(29 * minute + 1_000);
  await live.next("session.expiring");
  const token = await renew(ana);
  const { tokenExpiresAt } = await live.call("session.refresh", { token });
  assert.equal(tokenExpiresAt, ana.session.accessTokenExpiresAt);
  pass(5 * minute);
  await renew(bo);
  await bo.says("past the first end", id);
  await live.sees("past the first end");
  pass(24 * minute);
  assert.deepEqual(await live.next("session.expiring"), { tokenExpiresAt });
  pass(minute);
  assert.equal((await live.closed).code, 4004);
});

test("an older token changes nothing: it neither shortens nor repeats the warning", async () => {
  const ana = await server.person("ana");
  const old = ana.session.accessToken;
  pass(2_000);
  await renew(ana);
  const { client, ready } = await ana.connecting();
  const { tokenExpiresAt } = await client.call("session.refresh", { token: old });
  assert.equal(tokenExpiresAt, ready.tokenExpiresAt);
  pass(29 * minute + 1_000);
  await client.next("session.expiring");
  await client.call("session.refresh", { token: ana.session.accessToken });
  pass(10_000);
  pass(10_000);
  await client.call("ping");
  assert.equal(expiringAt(client).length, 1);
});

test("a token of another session, or of another user, is refused; the connection lives on", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const live = await ana.connect();
  const again = await ana.again();
  for (const token of [again.session.accessToken, bo.session.accessToken, "nonsense"]) {
    assert.equal(await codeOf(live.call("session.refresh", { token })), "tokenInvalid");
  }
  await live.call("ping");
  pass(30 * minute);
  assert.equal((await live.closed).code, 4004, "their tokens prolonged nothing");
});

test("an expired token is refused as such", async () => {
  const ana = await server.person("ana");
  const old = ana.session.accessToken;
  pass(29 * minute);
  await renew(ana);
  const live = await ana.connect();
  pass(2 * minute);
  assert.equal(await codeOf(live.call("session.refresh", { token: old })), "tokenExpired");
  await live.call("ping");
});

test("a token of a session that has ended prolongs nothing", async () => {
  const ana = await server.person("ana");
  const again = await ana.again();
  const live = await again.connect();
  const token = again.session.accessToken;
  await ana.do("DELETE", `/v1/auth/sessions/${again.session.sessionId}`);
  assert.equal((await live.closed).code, 4501);
  const other = await ana.connect();
  assert.equal(await codeOf(other.call("session.refresh", { token })), "sessionRevoked");
});

test("a token with less than a minute to live is warned of at once", async () => {
  const short = await world.instance({ ACCESS_TOKEN_TTL_MS: "30000" });
  const ana = await short.person("ana");
  const { client, ready } = await ana.connecting();
  pass(1_000, short);
  assert.deepEqual(await client.next("session.expiring"), { tokenExpiresAt: ready.tokenExpiresAt });
  pass(30_000, short);
  assert.equal((await client.closed).code, 4004);
});

test("each of a user's connections ends with its own token", async () => {
  const ana = await server.person("ana");
  const first = await ana.connect();
  pass(10 * minute);
  await renew(ana);
  const second = await ana.connect();
  pass(20 * minute);
  assert.equal((await first.closed).code, 4004);
  await second.call("ping");
  assert.equal(server.patter.hub.users.get(ana.id)?.size, 1);
});
