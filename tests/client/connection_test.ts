import { strict as assert } from "node:assert";
import type { FailureCode } from "../../errors.ts";
import { until } from "../support/waiting.ts";
import { FakeServer, problem } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

test("a client connects, says what state it is in, and stops", async () => {
  await using server = new FakeServer();
  await using stage = new Stage(server);
  assert.equal(stage.client.state.state, "idle");
  await stage.open();
  stage.client.stop();
  assert.deepEqual(stage.states.map(({ state }) => state), [
    "connecting",
    "open",
    "idle",
  ]);
  await until("the socket is closed", () => server.lines[0]!.closed);
  assert.equal(stage.clock.due.length, 0, "no timer is left behind");
});

test("the token goes as a subprotocol, never in the address", async () => {
  await using server = new FakeServer();
  const addresses: string[] = [];
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      addresses.push(url);
      super(url, protocols);
    }
  }
  await using stage = new Stage(server, { platform: { WebSocket: Socket as never } });
  await stage.open();
  assert.equal(server.lines[0]!.token, "token1");
  assert.deepEqual(addresses, [server.url.replace("http", "ws") + "/v1/ws"]);
});

test("a lost connection is made again after a time that doubles with each failure", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  server.isEager = false;
  for (const [number, retryInMs] of [500, 1_000, 2_000, 4_000].entries()) {
    (await server.line(number)).socket.close(1011);
    const { reason, retryInMs: told } = await stage.is("waiting");
    assert.deepEqual([reason, told], [number === 0 ? "connectionLost" : "unreachable", retryInMs]);
    stage.clock.advanceMs(retryInMs - 1);
    assert.equal(stage.client.state.state, "waiting");
    stage.clock.advanceMs(1);
    await stage.is("connecting");
  }
});

test("the wait is random between nothing and its bound, and never more than 30 s", async () => {
  await using server = new FakeServer();
  const draws = [0, 0.5, 0.25];
  await using stage = new Stage(server, { platform: { random: () => draws.shift() ?? 1 } });
  server.refusal = problem("unavailable", 503);
  stage.client.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    waits.push((await stage.is("waiting")).retryInMs!);
    stage.clock.advanceMs(waits.at(-1)!);
    await until("it tried", () => stage.client.state.state !== "waiting");
  }
  assert.deepEqual(waits, [0, 500, 500, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test("a connection that has stood for a while begins to count anew", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  for (const number of [0, 1]) {
    stage.clock.advanceMs(10_000);
    (await server.line(number)).socket.close(4002, "heartbeatTimeout");
    assert.deepEqual(await stage.is("waiting"), {
      state: "waiting",
      reason: "heartbeatTimeout",
      retryInMs: 500,
    });
    stage.clock.advanceMs(500);
    await stage.is("open");
  }
});

test("close codes from 4500 on end it for good, those of an ended session sign out", async () => {
  const endings = [
    [4501, "sessionRevoked", true],
    [4502, "signedInElsewhere", true],
    [4503, "accountLocked", true],
    [4504, "protocolError", false],
    [4505, "frameTooLarge", false],
    [4999, "closed4999", false],
  ] as const;
  for (const [code, reason, isEnd] of endings) {
    await using server = new FakeServer();
    await using stage = await new Stage(server).open();
    const ends: string[] = [];
    stage.client.on("signedOut", ({ reason }) => ends.push(reason));
    server.lines[0]!.socket.close(code, code === 4999 ? "" : reason);
    assert.deepEqual(await stage.is("closed"), { state: "closed", reason });
    assert.deepEqual(ends, isEnd ? [reason] : []);
    assert.equal(stage.clock.due.length, 0, "nothing is to be tried again");
  }
});

test("when a socket does not open, the same address says why", async () => {
  const refusals: [FailureCode, number, string, string][] = [
    ["originNotAllowed", 403, "closed", "originNotAllowed"],
    ["sessionRevoked", 401, "closed", "sessionRevoked"],
    ["accountLocked", 403, "closed", "accountLocked"],
    ["overloaded", 503, "waiting", "overloaded"],
    ["draining", 503, "waiting", "draining"],
    ["upgradeRequired", 426, "waiting", "unreachable"],
  ];
  for (const [code, status, state, reason] of refusals) {
    await using server = new FakeServer();
    await using stage = new Stage(server);
    server.refusal = problem(code, status);
    stage.client.start();
    assert.equal((await stage.is(state as "closed")).reason, reason, code);
  }
});

test("what the server asks to wait is the least that is waited", async () => {
  await using server = new FakeServer();
  await using stage = new Stage(server);
  server.refusal = problem("rateLimited", 429, { retryAfterMs: 7_000 });
  stage.client.start();
  assert.equal((await stage.is("waiting")).retryInMs, 7_000);
});

test("a server that goes is come back to when it said, not before and without jitter", async () => {
  for (const closes of [true, false]) {
    await using server = new FakeServer();
    await using stage = await new Stage(server).open();
    const line = server.lines[0]!;
    line.send({ method: "server.draining", params: { reconnectInMs: 3_000 } });
    await until("it was told", () => stage.clock.due.includes(3_000));
    stage.clock.advanceMs(1_000);
    if (closes) {
      line.socket.close(4001, "restarting");
      assert.deepEqual(await stage.is("waiting"), {
        state: "waiting",
        reason: "restarting",
        retryInMs: 2_000,
      });
    }
    stage.clock.advanceMs(1_999);
    assert.equal(server.lines.length, 1);
    stage.clock.advanceMs(1);
    if (!closes) stage.clock.advanceMs(0);
    await server.line(1);
  }
});

test("pings are answered, and a server that is silent for two intervals is left", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  stage.clock.advanceMs(49_000);
  line.send({ method: "ping", params: { serverTime: new Date().toISOString() } });
  await until("the pong", () => line.frames.some((frame) => frame.includes('"pong"')));
  stage.clock.advanceMs(49_999);
  assert.equal(stage.client.state.state, "open");
  stage.clock.advanceMs(1);
  assert.equal(stage.client.state.reason, "connectionLost");
  stage.clock.advanceMs(500);
  await server.line(1);
});

test("a connection that does not get ready in time is given up", async () => {
  await using server = new FakeServer();
  server.isEager = false;
  await using stage = new Stage(server, { timeoutMs: 4_000 });
  stage.client.start();
  await server.line(0);
  stage.clock.advanceMs(4_000);
  assert.equal((await stage.is("waiting")).reason, "unreachable");
});

test("without a network nothing is tried until there is one", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  stage.page.isThere = false;
  server.lines[0]!.socket.close(1011);
  assert.deepEqual(await stage.is("waiting"), { state: "waiting", reason: "offline" });
  assert.equal(stage.clock.due.length, 0);
  stage.page.happens("online");
  await server.line(1);
  await stage.is("open");
});

test("who comes back to the page does not wait", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.page.happens("visible");
  await server.line(1);
});

test("after a sleep the connection is asked whether it is alive", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  stage.page.happens("visible");
  await until("an answer", () => server.lines[0]!.requests("ping").length === 1);
  await stage.client.request("ping", {});
  stage.clock.advanceMs(5_000);
  assert.equal(stage.client.state.state, "open");
  server.replies["ping"] = () => undefined;
  stage.clock.advanceMs(1);
  stage.page.happens("visible");
  stage.clock.advanceMs(5_000);
  assert.equal(stage.client.state.state, "waiting");
});
