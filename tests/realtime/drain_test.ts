/** Shutting down: everybody is told, what is under way is answered, and all are let go one after the other. */
import { strict as assert } from "node:assert";
import { LeasesInMemory } from "../../adapters/leases_memory.ts";
import { spreadOf } from "../../realtime/drain.ts";
import type { Client } from "../support/client.ts";
import { GatedDatabase } from "../support/gated_database.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { until, within } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { ana, bo, id } = await server.pair();

function sending(clientId: string, requestId: string = clientId): string {
  const params = { conversationId: id, clientId, kind: "text", body: { text: clientId } };
  return JSON.stringify({ jsonrpc: "2.0", id: requestId, method: "message.send", params });
}

/** A connection that has been upgraded and has asked for nothing. */
function upgraded(at: Instance, person: Person): Promise<RawSocket> {
  return RawSocket.open(at.url, person.session.accessToken);
}

test("everybody is told when to come back, and then closed with 4001", async () => {
  const leaving = await world.instance({ DRAIN_MS: "300" });
  const clients: Client[] = [];
  for (let i = 0; i < 10; i++) clients.push(await ana.connect(leaving));
  const drained = leaving.patter.drain();
  for (const client of clients) {
    const { reconnectInMs } = await client.next("server.draining");
    assert.ok(Number.isInteger(reconnectInMs) && reconnectInMs >= 0 && reconnectInMs <= 300);
    assert.deepEqual(await client.closed, { code: 4001, reason: "restarting" });
    assert.equal(client.all("server.draining").length, 1);
  }
  await drained;
  const { users, rooms, beating } = leaving.patter.hub.sizes;
  assert.deepEqual([users, rooms, beating], [0, 0, 0]);
  await until("all sockets are gone", () => leaving.patter.admission.count === 0);
});

/** What the connections of an instance are told when it drains, the first to go first. */
async function toldBy(leaving: Instance, count: number): Promise<number[]> {
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) clients.push(await ana.connect(leaving));
  await leaving.patter.drain();
  const told = clients.map(async (client) => (await client.next("server.draining")).reconnectInMs);
  return await Promise.all(told);
}

test("each is told a time of its own, as far apart as one instance can take them", async () => {
  const leaving = await world.instance({ RECONNECTS_PER_SECOND: "1" });
  const told = await toldBy(leaving, 5);
  told.forEach((ms, place) => assert.ok(ms >= place * 1_000 && ms <= (place + 1) * 1_000));
});

test("where others take over, they share those who come", async () => {
  const leases = new LeasesInMemory(world.clock);
  const settings = { RECONNECTS_PER_SECOND: "1" };
  const leaving = await world.instance(settings, { leases });
  for (let i = 0; i < 2; i++) await world.instance(settings, { leases });
  const isGoing = await world.instance(settings, { leases });
  await isGoing.patter.drain();
  await isGoing.patter.app.instances.renew();
  await leaving.patter.app.instances.renew();
  const told = await toldBy(leaving, 4);
  told.forEach((ms, place) => assert.ok(ms >= place * 500 && ms <= (place + 1) * 500));
});

test("the time to come back grows with who leaves, between two bounds", () => {
  const config = { drainMs: 10_000, reconnectsPerSecond: 500, reconnectMsMax: 60_000 };
  assert.equal(spreadOf(0, 1, config), 10_000);
  assert.equal(spreadOf(5_000, 1, config), 10_000);
  assert.equal(spreadOf(10_000, 1, config), 20_000);
  assert.equal(spreadOf(10_000, 2, config), 10_000);
  assert.equal(spreadOf(10_000, 0, config), 20_000, "this one comes back by itself");
  assert.equal(spreadOf(1_000_000, 1, config), 60_000);
  assert.equal(spreadOf(10, 1, { ...config, drainMs: 0 }), 20);
  assert.equal(spreadOf(1_000_000, 1, { ...config, drainMs: 90_000 }), 90_000);
});

test("they are let go one after the other, and served until it is their turn", async () => {
  const leaving = await world.instance({ DRAIN_MS: "600000" });
  const clients: Client[] = [];
  for (let i = 0; i < 10; i++) clients.push(await bo.connect(leaving));
  void leaving.patter.drain();
  const open = () => clients.filter(({ socket }) => socket.readyState === WebSocket.OPEN);
  await until("the first has gone", () => open().length < 10);
  assert.equal(open().length, 9);
  const [one, other] = open();
  one!.send(sending("while-draining"));
  assert.equal((await one!.answer("while-draining")).error, undefined);
  await other!.sees("while-draining");
});

test("nobody is let in from the beginning", async () => {
  const leaving = await world.instance({ DRAIN_MS: "600000" });
  await ana.connect(leaving);
  void leaving.patter.drain();
  const headers = { authorization: `Bearer ${bo.session.accessToken}` };
  const { socket, answer } = await RawSocket.ask(leaving.url, { headers });
  socket.cut();
  assert.deepEqual([answer.status, JSON.parse(answer.body).code], [503, "draining"]);
  assert.ok(Number(answer.headers.get("retry-after")) >= 1);
});

test("a send under way is stored and answered before its connection closes", async () => {
  const database = new GatedDatabase(world.database);
  const leaving = await world.instance({}, { database });
  const client = await ana.connect(leaving);
  const before = database.arrived;
  database.shut();
  client.send(sending("in-flight"));
  await until("the send is under way", () => database.arrived > before);
  const drained = leaving.patter.drain();
  await client.next("server.draining");
  // Whatever it asks for now is for another instance.
  client.send(sending("too-late"));
  const { error } = await client.answer("too-late");
  assert.equal(error?.data.code, "draining");
  assert.ok(error.data.retryAfterMs! > 0);
  database.open();
  const { result } = await client.answer("in-flight");
  assert.equal((result as { duplicate: boolean }).duplicate, false);
  assert.equal((await client.closed).code, 4001);
  await drained;
  // Nothing was stored without an answer.
  assert.equal((await ana.says("probe", id, "too-late")).duplicate, false);
  assert.equal((await ana.says("probe", id, "in-flight")).duplicate, true);
});

test("a database that does not answer holds up nobody's end", async () => {
  const database = new GatedDatabase(world.database);
  const leaving = await world.instance({}, { database });
  const client = await ana.connect(leaving);
  const before = database.arrived;
  database.shut();
  client.send(sending("never-answered"));
  await until("the send is under way", () => database.arrived > before);
  await within("all are let go", leaving.patter.drain());
  assert.equal((await client.closed).code, 4001);
  database.open();
});

test("who was just being let in is told and let go as well", async () => {
  const leaving = await world.instance({ DRAIN_MS: "600" });
  const socket = await upgraded(leaving, ana);
  const drained = leaving.patter.drain();
  assert.equal(await socket.end(), 4001);
  await drained;
  const names = socket.received.map(({ method }) => method);
  // It may have been closed before it was ready; it is never told anything before that.
  if (names.length > 0) assert.deepEqual(names, ["session.ready", "server.draining"]);
  await until("its socket is gone", () => leaving.patter.admission.count === 0);
});

test("an instance without connections is drained at once, and again", async () => {
  const leaving = await world.instance({ DRAIN_MS: "600000" });
  await within("it is drained", leaving.patter.drain());
  await within("it is drained again", leaving.patter.drain());
});
