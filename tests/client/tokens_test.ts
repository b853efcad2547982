import { strict as assert } from "node:assert";
import { FakeServer, problem, refuse, sessionOf } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

test("an expired token is refreshed first, then the connection is made at once", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const sessions: string[] = [];
  stage.client.on("session", ({ accessToken }) => sessions.push(accessToken));
  server.lines[0]!.socket.close(4004, "tokenExpired");
  await stage.is("waiting");
  stage.clock.advanceMs(0);
  assert.equal((await server.line(1)).token, "fresh1");
  assert.deepEqual(sessions, ["fresh1"]);
});

test("the token is renewed over the living connection before it ends, again and again", async () => {
  await using server = new FakeServer();
  server.tokenLifeMs = 60_000;
  await using stage = await new Stage(server).open();
  server.replies["session.refresh"] = () => ({
    tokenExpiresAt: new Date(stage.clock.now() + 60_000).toISOString(),
  });
  for (const token of ["fresh1", "fresh2"]) {
    stage.clock.advanceMs(30_000);
    await server.lines[0]!.request("session.refresh", ({ params }) => params["token"] === token);
    await stage.client.request("ping", {});
  }
  assert.equal(server.count("POST /v1/auth/refresh"), 2);
  assert.deepEqual(stage.states.map(({ state }) => state), ["connecting", "open"]);
});

test("a warning that the token ends renews it once", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  const warning = { method: "session.expiring", params: { tokenExpiresAt: "" } };
  line.send(warning, warning);
  await line.request("session.refresh");
  await stage.client.request("ping", {});
  assert.equal(line.requests("session.refresh").length, 1);
});

test("REST refreshes a refused token once, however many requests meet it", async () => {
  await using server = new FakeServer();
  await using stage = new Stage(server);
  server.routes["GET /v1/friends"] = () =>
    server.rest.at(-1)!.headers.get("authorization") === "Bearer token1"
      ? refuse(problem("tokenExpired", 401))
      : Response.json({ items: [] });
  const all = await Promise.all([1, 2, 3].map(() => stage.client.ask("GET", "/v1/friends")));
  assert.deepEqual(all, [{ items: [] }, { items: [] }, { items: [] }]);
  assert.equal(server.count("POST /v1/auth/refresh"), 1);
  assert.equal(stage.client.session!.accessToken, "fresh1");
});

test("a session that cannot be refreshed has ended, and says why", async () => {
  for (const code of ["refreshTokenReused", "sessionRevoked", "tokenInvalid"] as const) {
    await using server = new FakeServer();
    await using stage = new Stage(server);
    server.refusal = problem("tokenExpired", 401);
    server.routes["POST /v1/auth/refresh"] = () => refuse(problem(code, 401));
    const ends: string[] = [];
    stage.client.on("signedOut", ({ reason }) => ends.push(reason));
    stage.client.start();
    await stage.is("waiting");
    stage.clock.advanceMs(0);
    assert.equal((await stage.is("closed")).reason, code);
    assert.deepEqual(ends, [code]);
  }
});

test("a session that was kept too long is refreshed before it is used", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server, { session: sessionOf("old", -1) }).open();
  assert.equal(server.lines[0]!.token, "fresh1");
  assert.equal(stage.client.session!.accessToken, "fresh1");
});

test("an application that gives tokens is asked for another when one is refused", async () => {
  await using server = new FakeServer();
  const asked: (string | undefined)[] = [];
  const getToken = (refused?: string) => {
    asked.push(refused);
    return Promise.resolve(`given${asked.length}`);
  };
  await using stage = await new Stage(server, { getToken }).open();
  server.lines[0]!.socket.close(4004, "tokenExpired");
  await stage.is("waiting");
  stage.clock.advanceMs(0);
  assert.equal((await server.line(1)).token, "given2");
  assert.deepEqual(asked, [undefined, "given1"]);
  assert.equal(stage.client.userId, server.welcome().userId);
});
