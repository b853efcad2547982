/** Sessions: seen, ended one by one, by logging out, by a new password; tokens and sockets end with them. */
import { strict as assert } from "node:assert";
import type { Session, SessionSummary } from "../../schemas/auth.ts";
import { sweepSessions } from "../../domain/sessions.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { within } from "../support/waiting.ts";
import { Client } from "../support/client.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });
const password = "correct horse 1";

async function listed(person: Person): Promise<SessionSummary[]> {
  const page = await person.do<{ items: SessionSummary[]; nextCursor: null }>(
    "GET",
    "/v1/auth/sessions",
  );
  assert.equal(page.nextCursor, null);
  return page.items;
}

async function assertEnded(person: Person, clients: Client[] = []): Promise<void> {
  assertRefused(await person.ask("GET", "/v1/users/me"), 401, "sessionRevoked");
  const { refreshToken } = person.session;
  const refreshing = await server.ask("POST", "/v1/auth/refresh", { refreshToken });
  assertRefused(refreshing, 401, "sessionRevoked");
  assertRefused(await person.ask("GET", "/v1/ws"), 401, "sessionRevoked");
  for (const client of clients) {
    const { code, reason } = await within("the socket closes", client.closed);
    assert.deepEqual([code, reason], [4501, "sessionRevoked"]);
  }
}

async function assertAlive(person: Person, clients: Client[] = []): Promise<void> {
  assert.equal((await person.ask("GET", "/v1/users/me")).status, 200);
  for (const client of clients) await client.call("ping");
}

test("the list has my living sessions, newest first, and marks the current one", async () => {
  const ana = await server.person("ana", { device: { name: "Old phone", platform: "android" } });
  const bo = await server.person("bo");
  const laptop = await ana.again();
  const items = await listed(ana);
  assert.deepEqual(items.map(({ id }) => id), [laptop, ana].map((p) => p.session.sessionId));
  assert.deepEqual(items.map(({ current }) => current), [false, true]);
  assert.deepEqual((await listed(laptop)).map(({ current }) => current), [true, false]);
  const { createdAt, lastUsedAt, ...rest } = items[1]!;
  assert.deepEqual(rest, {
    id: ana.session.sessionId,
    device: { name: "Old phone", platform: "android" },
    address: "127.0.0.1",
    current: true,
  });
  for (const time of [createdAt, lastUsedAt]) assert.equal(new Date(time).toISOString(), time);
  assert.ok((await listed(bo)).every(({ id }) => id === bo.session.sessionId));
});

test("sessions are listed in pages that follow one another by cursor", async () => {
  const ana = await server.person("ana");
  const ids = [ana.session.sessionId];
  for (let times = 0; times < 4; times++) ids.unshift((await ana.again()).session.sessionId);
  type Page = { items: SessionSummary[]; nextCursor: string | null };
  const path = "/v1/auth/sessions?limit=3";
  const first = await ana.do<Page>("GET", path);
  const next = await ana.do<Page>("GET", `${path}&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...next.items].map(({ id }) => id), ids);
  assert.deepEqual([first.items.length, next.nextCursor], [3, null]);
});

test("refreshing moves a session's lastUsedAt", async () => {
  const ana = await server.person("ana");
  const [before] = await listed(ana);
  world.clock.advanceMs(60_000);
  await server.ask("POST", "/v1/auth/refresh", { refreshToken: ana.session.refreshToken });
  const [after] = await listed(ana);
  assert.equal(after!.createdAt, before!.createdAt);
  assert.ok(Date.parse(after!.lastUsedAt) - Date.parse(before!.lastUsedAt) >= 60_000);
});

test("logging out answers 204 without a body and ends tokens and sockets at once", async () => {
  const ana = await server.person("ana");
  const other = await ana.again();
  const clients = [await ana.connect(), await ana.connect(), await ana.connect(second)];
  const otherClient = await other.connect();
  const { status, body } = await ana.ask("POST", "/v1/auth/logout");
  assert.deepEqual([status, body], [204, null]);
  await assertEnded(ana, clients);
  await assertAlive(other, [otherClient]);
  assertRefused(await ana.ask("POST", "/v1/auth/logout"), 401, "sessionRevoked");
  assert.deepEqual((await listed(other)).map(({ id }) => id), [other.session.sessionId]);
});

test("logging out twice at the same time answers both", async () => {
  const ana = await server.person("ana");
  const answers = await Promise.all([1, 2, 3].map(() => ana.ask("POST", "/v1/auth/logout")));
  for (const { status } of answers) assert.ok(status === 204 || status === 401, String(status));
});

test("a session that I end answers 204, and its tokens and sockets end at once", async () => {
  const ana = await server.person("ana");
  const lost = await ana.again();
  const clients = [await lost.connect(), await lost.connect(second)];
  const mine = await ana.connect();
  const path = `/v1/auth/sessions/${lost.session.sessionId}`;
  const { status, body } = await ana.ask("DELETE", path);
  assert.deepEqual([status, body], [204, null]);
  await assertEnded(lost, clients);
  await assertAlive(ana, [mine]);
  assertRefused(await ana.ask("DELETE", path), 404, "notFound");
});

test("my own session may be ended by its id too", async () => {
  const ana = await server.person("ana");
  const client = await ana.connect();
  await ana.do("DELETE", `/v1/auth/sessions/${ana.session.sessionId}`);
  await assertEnded(ana, [client]);
});

test("a session of somebody else is not found, and lives on with its sockets", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const client = await bo.connect();
  const path = `/v1/auth/sessions/${bo.session.sessionId}`;
  assertRefused(await ana.ask("DELETE", path), 404, "notFound");
  const unknown = `/v1/auth/sessions/${crypto.randomUUID()}`;
  assertRefused(await ana.ask("DELETE", unknown), 404, "notFound");
  await assertAlive(bo, [client]);
});

test("changing the password ends every other session at once and keeps this one", async () => {
  const ana = await server.person("ana");
  const others = [await ana.again(), await ana.again()];
  const theirs = await Promise.all(others.map(async (other, place) => [
    await other.connect(),
    await other.connect(place === 0 ? second : server),
  ]));
  const mine = [await ana.connect(), await ana.connect(second)];
  const input = { oldPassword: password, newPassword: "brand new 2" };
  const { status, body } = await ana.ask("POST", "/v1/auth/password", input);
  assert.deepEqual([status, body], [204, null]);
  for (const [place, other] of others.entries()) await assertEnded(other, theirs[place]);
  await assertAlive(ana, mine);
  const { refreshToken } = ana.session;
  const refreshed = await server.ask<Session>("POST", "/v1/auth/refresh", { refreshToken });
  assert.equal(refreshed.status, 200);
  const login = (word: string) =>
    server.ask("POST", "/v1/auth/login", { username: ana.username, password: word });
  assertRefused(await login(password), 401, "badCredentials");
  assert.equal((await login("brand new 2")).status, 200);
});

test("changing the password with a wrong old one changes and ends nothing", async () => {
  const ana = await server.person("ana");
  const other = await ana.again();
  const change = (oldPassword: unknown, newPassword: unknown) =>
    ana.ask("POST", "/v1/auth/password", { oldPassword, newPassword });
  assertRefused(await change("wrong horse 1", "brand new 2"), 401, "badCredentials");
  for (const weak of ["short 1", "only letters", "12345678", "", null]) {
    assertRefused(await change(password, weak), 400, "invalidInput");
  }
  assertRefused(await change("", "brand new 2"), 400, "invalidInput");
  await assertAlive(ana);
  await assertAlive(other);
});

test("of two changes of the password at once, one goes through", async () => {
  const ana = await server.person("ana");
  const other = await ana.again();
  const change = (person: Person, newPassword: string) =>
    person.ask("POST", "/v1/auth/password", { oldPassword: password, newPassword });
  const answers = await Promise.all([change(ana, "from ana 11"), change(other, "from other 2")]);
  const changed = answers.findIndex(({ status }) => status === 204);
  assert.notEqual(changed, -1);
  assert.equal(answers[1 - changed]!.status, 401);
  const [winner, loser] = changed === 0 ? [ana, other] : [other, ana];
  await assertAlive(winner);
  await assertEnded(loser);
});

test("a socket whose session ends while it is being opened is closed with 4501", async () => {
  const ana = await server.person("ana");
  const { hub } = server.patter;
  const open = hub.open.bind(hub);
  hub.open = async (connection) => {
    // After the token was checked, and before the hub knows the connection.
    hub.open = open;
    await ana.do("POST", "/v1/auth/logout");
    await open(connection);
  };
  const client = await Client.connect(server.url, ana.session.accessToken);
  assert.equal((await within("the socket closes", client.closed)).code, 4501);
  assert.deepEqual(client.received, []);
});

test("sessions that ended long ago are forgotten with their refresh tokens, recent ones are not", async () => {
  const [old, recent] = [await server.person("old"), await server.person("recent")];
  await old.do("POST", "/v1/auth/logout");
  world.clock.advanceMs(29 * 86_400_000);
  await sweepSessions(server.patter.app);
  const refresh = (person: typeof old) =>
    server.ask("POST", "/v1/auth/refresh", { refreshToken: person.session.refreshToken });
  assertRefused(await refresh(old), 401, "sessionRevoked");
  world.clock.advanceMs(2 * 86_400_000);
  await sweepSessions(server.patter.app);
  assertRefused(await refresh(old), 401, "tokenInvalid");
  assertRefused(await refresh(recent), 401, "sessionRevoked");
});
