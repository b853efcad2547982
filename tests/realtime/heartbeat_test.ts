/** The heartbeat: pings from a random point on, the end of whoever is silent, and one timer for all. */
import { strict as assert } from "node:assert";
import type { CloseReason } from "../../realtime/close_codes.ts";
import { type Beating, Heartbeat } from "../../realtime/heartbeat.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { StillClock } from "../support/still_clock.ts";
import { type Instance, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const far = Number.MAX_SAFE_INTEGER;

/** A connection as the wheel sees it. */
class Pulse implements Beating {
  readonly pings: number[] = [];
  closed: CloseReason | null = null;
  tokenExpiresAt = far;
  constructor(readonly clock: StillClock, public lastInboundAt: number) {}
  push(message: string): void {
    const { method } = JSON.parse(message);
    if (method === "ping") this.pings.push(this.clock.now().getTime());
  }
  close(reason: CloseReason): void {
    this.closed = reason;
  }
}

/** A wheel that a test turns: `run` lets time pass, tick by tick. */
function wheel(pingIntervalMs: number) {
  const clock = new StillClock();
  const heartbeat = new Heartbeat(clock, { pingIntervalMs });
  const tickMs = Math.min(1_000, Math.ceil(pingIntervalMs / 5));
  const start = clock.now().getTime();
  return {
    heartbeat,
    tickMs,
    start,
    add: () => {
      const pulse = new Pulse(clock, clock.now().getTime());
      heartbeat.add(pulse);
      return pulse;
    },
    run: (ms: number, each: () => void = () => {}) => {
      for (let passed = 0; passed < ms; passed += tickMs) {
        clock.moveMs(tickMs);
        each();
        heartbeat.tick();
      }
    },
    now: () => clock.now().getTime(),
    [Symbol.dispose]: () => heartbeat.close(),
  };
}

for (const pingIntervalMs of [50, 1_000, 25_000, 600_000]) {
  test(`every ${pingIntervalMs} ms each connection is pinged, the first time at a random point`, () => {
    using turning = wheel(pingIntervalMs);
    const pulses = Array.from({ length: 200 }, turning.add);
    const alive = () => pulses.forEach((pulse) => pulse.lastInboundAt = turning.now());
    turning.run(5 * pingIntervalMs, alive);
    for (const { pings, closed } of pulses) {
      assert.equal(closed, null);
      assert.ok(pings[0]! - turning.start <= pingIntervalMs + turning.tickMs);
      for (const [place, at] of pings.entries()) {
        const sinceMs = at - (pings[place - 1] ?? at - pingIntervalMs);
        assert.ok(Math.abs(sinceMs - pingIntervalMs) <= turning.tickMs, `${sinceMs} ms`);
      }
      assert.ok(pings.length >= 4, `${pings.length} pings`);
    }
    const first = new Set(pulses.map(({ pings }) => pings[0]));
    assert.ok(first.size > 1, "not all at once");
  });

  test(`two intervals of ${pingIntervalMs} ms without a frame end a connection`, () => {
    using turning = wheel(pingIntervalMs);
    const [silent, speaking] = [turning.add(), turning.add()];
    const speak = () => speaking.lastInboundAt = turning.now();
    turning.run(2 * pingIntervalMs - turning.tickMs, speak);
    assert.equal(silent.closed, null);
    turning.run(2 * turning.tickMs, speak);
    assert.equal(silent.closed, "heartbeatTimeout");
    assert.equal(speaking.closed, null);
    assert.equal(turning.heartbeat.size, 1);
    const pings = silent.pings.length;
    turning.run(3 * pingIntervalMs, speak);
    assert.equal(silent.pings.length, pings, "who has ended is pinged no more");
  });
}

test("one frame within two intervals is life enough, whenever it comes", () => {
  using turning = wheel(25_000);
  const pulse = turning.add();
  for (let i = 0; i < 20; i++) {
    turning.run(49_000);
    assert.equal(pulse.closed, null);
    pulse.lastInboundAt = turning.now();
  }
  turning.run(51_000);
  assert.equal(pulse.closed, "heartbeatTimeout");
});

test("who has left is forgotten", () => {
  using turning = wheel(1_000);
  const pulses = Array.from({ length: 100 }, turning.add);
  turning.run(300);
  for (const pulse of pulses) turning.heartbeat.remove(pulse);
  for (const pulse of pulses) turning.heartbeat.remove(pulse);
  assert.equal(turning.heartbeat.size, 0);
  const before = pulses.flatMap(({ pings }) => pings).length;
  turning.run(10_000);
  assert.equal(pulses.flatMap(({ pings }) => pings).length, before);
  assert.ok(pulses.every(({ closed }) => closed === null));
});

test("one timer serves all connections", () => {
  using turning = wheel(25_000);
  const { setTimeout, setInterval } = globalThis;
  let timers = 0;
  const count = () => ++timers;
  Object.assign(globalThis, { setTimeout: count, setInterval: count });
  try {
    for (let i = 0; i < 1_000; i++) turning.add();
    turning.run(100_000);
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval });
  }
  assert.equal(timers, 0);
});

/** Turns the wheel once round, so that everyone is looked at. */
function turn({ patter }: Instance): void {
  for (let i = 0; i < 64; i++) patter.hub.heartbeat.tick();
}

test("a client is told the interval, pinged, and need not be answered when it says pong", async () => {
  const ana = await server.person("ana");
  const { client, ready } = await ana.connecting();
  assert.equal(ready.pingIntervalMs, 25_000);
  world.clock.advanceMs(25_000);
  turn(server);
  const { serverTime } = await client.next("ping");
  assert.match(serverTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Math.abs(Date.parse(serverTime) - world.clock.now().getTime()) < 5_000);
  const before = client.received.length;
  client.send('{"jsonrpc":"2.0","method":"pong"}');
  await client.call("ping");
  assert.equal(client.received.length, before + 1);
});

test("any frame is life: a pong, a request, and even nonsense", async () => {
  const ana = await server.person("ana");
  const client = await ana.connect();
  const [connection] = server.patter.hub.users.get(ana.id)!;
  const frames = ['{"jsonrpc":"2.0","method":"pong"}', "nonsense", "[]", "{}"];
  for (const frame of frames) {
    world.clock.advanceMs(40_000);
    const now = world.clock.now().getTime();
    client.send(frame);
    await client.call("ping");
    assert.ok(connection!.lastInboundAt >= now);
    turn(server);
    assert.equal(connection!.isOpen, true, frame);
  }
  world.clock.advanceMs(50_000);
  turn(server);
  assert.deepEqual(await client.closed, { code: 4002, reason: "heartbeatTimeout" });
});

test("a frozen page is not present, although its browser answers protocol pings", async () => {
  const ana = await server.person("ana");
  // It answers protocol pings and sends no frame.
  const frozen = await RawSocket.open(server.url, ana.session.accessToken);
  await frozen.message("session.ready", ({ method }) => method === "session.ready");
  world.clock.advanceMs(25_000);
  turn(server);
  await frozen.message("a ping", ({ method }) => method === "ping");
  world.clock.advanceMs(25_000);
  turn(server);
  assert.equal(await frozen.end(), 4002);
  assert.equal(server.patter.hub.users.has(ana.id), false);
});

test("the server pings, and ends the silent, without anybody turning the wheel", async () => {
  const pinging = await world.instance({ PING_INTERVAL_MS: "1000" });
  const pinged = await (await pinging.person("ana")).connect();
  await pinged.next("ping");
  const ending = await world.instance({ PING_INTERVAL_MS: "50" });
  const silent = await (await ending.person("bo")).connect();
  assert.equal((await silent.closed).code, 4002);
});
