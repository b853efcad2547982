/** How many may connect: by user, by address, altogether, and nobody while the server shuts down. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import { opcodes, RawSocket } from "../support/raw_socket.ts";
import { StillClock } from "../support/still_clock.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();

function headersOf(person: Person): { authorization: string } {
  return { authorization: `Bearer ${person.session.accessToken}` };
}

/** Opens `count` connections at once; gives those that came about, and the refusals' codes. */
async function openMany(at: Instance, person: Person, count: number) {
  const tries = await Promise.all(
    Array.from({ length: count }, () => RawSocket.ask(at.url, { headers: headersOf(person) })),
  );
  const sockets = tries.filter(({ answer }) => answer.status === 101).map(({ socket }) => socket);
  const refused = tries.filter(({ answer }) => answer.status !== 101);
  for (const { socket } of refused) socket.cut();
  return { sockets, answers: refused.map(({ answer }) => answer) };
}

async function assertRefused(at: Instance, person: Person, status: number, code: string) {
  const { sockets, answers: [answer] } = await openMany(at, person, 1);
  assert.equal(sockets.length, 0, "it was let in");
  const problem = JSON.parse(answer!.body) as Problem;
  assert.deepEqual([answer!.status, problem.code], [status, code]);
  assert.ok(problem.retryAfterMs! > 0);
  assert.ok(Number(answer!.headers.get("retry-after")) >= 1);
  // A browser that asks why must get the same answer.
  const plain = await at.ask("GET", "/v1/ws", undefined, headersOf(person));
  assert.deepEqual([plain.status, plain.body.code], [status, code]);
}

async function assertGone(at: Instance): Promise<void> {
  await until("all places are given back", () => at.patter.admission.count === 0);
}

test("a user has at most so many connections, however many are tried at once", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "3" });
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const { sockets, answers } = await openMany(server, ana, 10);
  assert.equal(sockets.length, 3);
  assert.ok(answers.every(({ status }) => status === 429));
  await assertRefused(server, ana, 429, "rateLimited");
  const others = await openMany(server, bo, 2);
  assert.equal(others.sockets.length, 2, "another user is not counted with them");
  for (const socket of [...sockets, ...others.sockets]) socket.cut();
  await assertGone(server);
});

test("a place is free again once its connection has closed", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "2" });
  const ana = await server.person("ana");
  const [first] = [await ana.connect(), await ana.connect()];
  await assertRefused(server, ana, 429, "rateLimited");
  await first.close();
  await until("a place is given back", () => server.patter.admission.count === 1);
  await ana.connect();
  await assertRefused(server, ana, 429, "rateLimited");
});

test("asking without an upgrade takes no place", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "1" });
  const ana = await server.person("ana");
  for (let i = 0; i < 5; i++) {
    const { status } = await server.ask("GET", "/v1/ws", undefined, headersOf(ana));
    assert.equal(status, 426);
  }
  await assertGone(server);
  await ana.connect();
});

test("an address has at most so many connections, whoever they are", async () => {
  const limits = { CONNECTIONS_PER_ADDRESS_MAX: "3", RATE_LIMITS: "on", PASSWORD_COST: "14" };
  const server = await world.instance(limits);
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const mine = await openMany(server, ana, 2);
  const theirs = await openMany(server, bo, 2);
  assert.deepEqual([mine.sockets.length, theirs.sockets.length], [2, 1]);
  await assertRefused(server, bo, 429, "rateLimited");
  // As `main.ts` calls it for another peer.
  const elsewhere = await server.patter.fetch(
    new Request(`${server.url}/v1/ws`, { headers: headersOf(bo) }),
    "192.0.2.1",
  );
  assert.equal(elsewhere.status, 426);
  await elsewhere.body?.cancel();
  for (const socket of [...mine.sockets, ...theirs.sockets]) socket.cut();
  await assertGone(server);
});

test("an instance has at most so many connections: others are asked to come later", async () => {
  const server = await world.instance({ CONNECTIONS_MAX: "2" });
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const { sockets } = await openMany(server, ana, 2);
  await assertRefused(server, bo, 503, "overloaded");
  for (const socket of sockets) socket.cut();
  await assertGone(server);
  await bo.connect();
});

test("nobody is let in while the server shuts down", async () => {
  const server = await world.instance();
  const ana = await server.person("ana");
  await server.patter.drain();
  await assertRefused(server, ana, 503, "draining");
  await assertGone(server);
});

test("who is refused for another reason learns that first", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "1" });
  const ana = await server.person("ana");
  await ana.connect();
  const foreign = { ...headersOf(ana), origin: "https://evil.example.org" };
  const { socket, answer } = await RawSocket.ask(server.url, { headers: foreign });
  socket.cut();
  assert.equal(JSON.parse(answer.body).code, "originNotAllowed");
});

test("a closed connection counts until its socket is really gone", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "2" });
  const ana = await server.person("ana");
  const stuck = await RawSocket.open(server.url, ana.session.accessToken, { readsNothing: true });
  await until("it is there", () => server.patter.hub.sizes.users === 1);
  await stuck.frame({ opcode: opcodes.binary, payload: "x" });
  await until("it has left the rooms", () => server.patter.hub.sizes.users === 0);
  // Its close frame was never answered: the socket and its buffer live on.
  assert.equal(server.patter.admission.count, 1);
  const healthy = await ana.connect();
  await assertRefused(server, ana, 429, "rateLimited");
  stuck.cut();
  await until("its place is given back", () => server.patter.admission.count === 1);
  await healthy.call("ping");
});

test("a client that never answers the close keeps no place of its user's for ever", async () => {
  const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "1", CONNECTIONS_MAX: "2" });
  const ana = await server.person("ana");
  const { admission, hub } = server.patter;
  const stuck: RawSocket[] = [];
  const getStuck = async () => {
    const socket = await RawSocket.open(server.url, ana.session.accessToken, {
      readsNothing: true,
    });
    stuck.push(socket);
    await socket.frame({ opcode: opcodes.binary, payload: "x" });
    await until("it has left the rooms", () => hub.sizes.users === 0);
    world.clock.advanceMs(61_000);
    hub.heartbeat.tick();
  };
  await getStuck();
  await getStuck();
  // They cannot be torn down from here, so the instance still counts them.
  assert.equal(admission.count, 2);
  await assertRefused(server, ana, 503, "overloaded");
  for (const socket of stuck) socket.cut();
  await assertGone(server);
  await (await ana.connect()).call("ping");
});

const rated = { RATE_LIMITS: "on", PASSWORD_COST: "14" };
const pings = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ jsonrpc: "2.0", id: from + i, method: "ping" }));

async function ratedClient() {
  const clock = new StillClock();
  const server = await world.instance(rated, { clock });
  const ana = await server.person("ana");
  const live = await ana.connect();
  const [connection] = server.patter.hub.users.get(ana.id)!;
  return { clock, live, connection: connection! };
}

test("100 requests at once are served, then 50 a second, and the rest are told when to try again", async () => {
  const { clock, live } = await ratedClient();
  const answersTo = async (count: number, from: number) => {
    // A batch is no way around it: each of its messages counts.
    live.send(JSON.stringify(pings(count, from)));
    return await Promise.all(pings(count, from).map(({ id }) => live.answer(id)));
  };
  const served = (answers: { error?: unknown }[]) => answers.filter(({ error }) => !error).length;
  assert.equal(served(await answersTo(100, 0)), 100);
  const refused = await answersTo(20, 100);
  assert.equal(served(refused), 0);
  for (const { error } of refused) {
    assert.deepEqual([error?.code, error?.data.code], [-32_000, "rateLimited"]);
    assert.equal(error?.data.retryAfterMs, 20);
  }
  clock.moveMs(20);
  assert.equal(served(await answersTo(2, 200)), 1);
  clock.moveMs(1_000);
  assert.equal(served(await answersTo(60, 300)), 50);
  clock.moveMs(60_000);
  assert.equal(served(await answersTo(100, 400)), 100, "no more than a burst is saved up");
});

test("what is wrong, and each pong, counts as well", async () => {
  const { live } = await ratedClient();
  for (let i = 0; i < 50; i++) live.send("nonsense");
  live.send(JSON.stringify(Array(50).fill({ jsonrpc: "2.0", method: "pong" })));
  live.send(JSON.stringify(pings(1)));
  assert.equal((await live.answer(0)).error?.data.code, "rateLimited");
});

test("a flood ends with 4005", async () => {
  const { live } = await ratedClient();
  for (const ping of pings(3_000)) live.send(JSON.stringify(ping));
  assert.equal((await live.closed).code, 4005);
});

test("a flood that goes on steadily ends as well, though now and then a request gets through", async () => {
  const { clock, connection } = await ratedClient();
  for (let ms = 0; ms < 10_000 && connection.isOpen; ms++) {
    clock.moveMs(1);
    connection.receive(JSON.stringify(pings(1, ms)[0]));
  }
  assert.equal(connection.isOpen, false);
});

test("who goes a little too fast is refused now and then, and stays", async () => {
  const { clock, connection, live } = await ratedClient();
  for (let i = 0; i < 3_000; i++) {
    clock.moveMs(14);
    connection.receive(JSON.stringify(pings(1, i)[0]));
  }
  assert.equal(connection.isOpen, true);
  clock.moveMs(1_000);
  await live.call("ping");
});

test("without rate limits, as for load tests, nothing is counted", async () => {
  const server = await world.instance({ RATE_LIMITS: "off" });
  const live = await (await server.person("ana")).connect();
  for (let i = 0; i < 10; i++) live.send(JSON.stringify(pings(100, i * 100)));
  const answers = await Promise.all(pings(1_000).map(({ id }) => live.answer(id)));
  assert.ok(answers.every(({ error }) => error === undefined || error.data.code === "overloaded"));
});
