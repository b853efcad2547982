/** Connections that come and go in every way there is leave nothing behind: no entry, no place, no memory. */
import { strict as assert } from "node:assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Connection } from "../../realtime/connection.ts";
import { FakeSocket } from "../support/fake_socket.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance({ CONNECTIONS_PER_USER_MAX: "1000" });
const { app, hub, admission } = server.patter;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Five people, all in one group, each in another conversation of their own. */
async function people(): Promise<Person[]> {
  const all: Person[] = [];
  for (let i = 0; i < 5; i++) all.push(await server.person("p"));
  await server.group(all[0]!, all.slice(1));
  for (const one of all) await server.group(one, []);
  return all;
}

function nothingIsLeft(): void {
  assert.deepEqual(hub.sizes, { users: 0, rooms: 0, beating: 0, typing: 0, watched: 0 });
  assert.equal(admission.count, 0);
  assert.equal(admission.closingBytes(), 0);
}

let made = 0;

/** What the handshake makes, without a network. */
function connectionOf(
  { id: userId, session }: Person,
): { connection: Connection; socket: FakeSocket } {
  const socket = new FakeSocket();
  const place = { userId, address: `10.0.0.${made % 200}` };
  admission.take(place);
  const connection = new Connection(app, hub, {
    id: `made-${++made}`,
    socket: socket as unknown as WebSocket,
    access: { userId, sessionId: session.sessionId, role: "user", expiresAt: new Date(8.64e15) },
    address: place.address,
    batches: true,
  });
  admission.settle(connection);
  return { connection, socket };
}

/** Opens, and ends in one of the ways that connections end. */
async function comeAndGo(person: Person, way: number): Promise<void> {
  const { connection, socket } = connectionOf(person);
  const closed = () => {
    socket.readyState = WebSocket.CLOSED;
    connection.closed(1006);
  };
  // The runtime may tell the end of a socket that never opened, or nothing at all.
  if (way === 0) return closed();
  if (way === 1) return;
  admission.opened(connection);
  const opening = hub.open(connection);
  // Before it is ready: what joins then would stay for ever.
  if (way === 2) closed();
  if (way === 3) connection.close("rateLimited");
  await opening;
  if (way === 3) closed();
  connection.receive('{"jsonrpc":"2.0","id":1,"method":"ping"}');
  if (way === 4) closed();
  if (way === 5) {
    // Both ends at once, and the runtime's close event comes twice.
    connection.close("overloaded");
    closed();
    closed();
  }
  // The close event is lost: the reaper finds it.
  if (way === 6) {
    connection.close("restarting");
    socket.readyState = WebSocket.CLOSED;
  }
  if (way === 7) {
    socket.isDead = true;
    connection.push("{}");
    await new Promise((resolve) => setTimeout(resolve));
    closed();
  }
}

const ways = 8;

async function cycles(count: number, all: readonly Person[]): Promise<void> {
  const atOnce = 500;
  for (let done = 0; done < count; done += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, i) => comeAndGo(all[i % all.length]!, i % ways)),
    );
    world.clock.advanceMs(61_000);
    hub.heartbeat.tick();
  }
}

test("100,000 connections that come and go leave all maps empty and memory flat", async () => {
  const all = await people();
  await cycles(10_000, all);
  nothingIsLeft();
  server.log.lines.length = 0;
  collectGarbage();
  const before = Deno.memoryUsage().heapUsed;
  for (let done = 0; done < 90_000; done += 10_000) {
    await cycles(10_000, all);
    server.log.lines.length = 0;
  }
  nothingIsLeft();
  collectGarbage();
  const grown = Deno.memoryUsage().heapUsed - before;
  // One kept object of a hundred bytes each would be 9 MB.
  assert.ok(grown < 6_000_000, `grown by ${grown} bytes`);
});

test("real sockets that close before, at, and after the upgrade leave nothing either", async () => {
  const all = await people();
  const enough = 240;
  await Promise.all(Array.from({ length: enough }, async (_, i) => {
    const headers = { authorization: `Bearer ${all[i % all.length]!.session.accessToken}` };
    const socket = await RawSocket.begin(server.url, { headers });
    if (i % 4 === 0) return socket.cut();
    await socket.answered({ readsNothing: i % 4 === 1 });
    if (i % 4 === 1) return socket.cut();
    if (i % 4 === 2) await socket.frame({ opcode: 8, payload: new Uint8Array([3, 232]) });
    if (i % 4 === 3) {
      await socket.message("session.ready", ({ method }) => method === "session.ready");
      await socket.text('{"jsonrpc":"2.0","id":1,"method":"ping"}');
    }
    socket.cut();
  }));
  await until("only what never opened is left", () => hub.sizes.users === 0);
  await until("nothing is left", () => {
    world.clock.advanceMs(11_000);
    hub.heartbeat.tick();
    return admission.count === 0;
  });
  nothingIsLeft();
});

test("an old connection's late end takes nothing from the new one", async () => {
  const { ana, bo, id } = await server.pair();
  const { connection, socket } = connectionOf(ana);
  admission.opened(connection);
  await hub.open(connection);
  const live = await ana.connect();
  socket.readyState = WebSocket.CLOSED;
  connection.closed(1006);
  connection.closed(1006);
  assert.equal(hub.users.get(ana.id)?.size, 1);
  await bo.says("still here", id);
  await live.sees("still here");
  await live.close();
  await until("nothing is left", () => admission.count === 0);
  nothingIsLeft();
});

test("who leaves while its conversations are being joined does not stay in them", async () => {
  const all = await people();
  const live = await Promise.all(all.map((one) => one.connect()));
  const [owner, ...others] = all as [Person, ...Person[]];
  const made = server.group(owner, others);
  for (const client of live) client.socket.close();
  await made;
  await until("nothing is left", () => admission.count === 0 && hub.sizes.rooms === 0);
  nothingIsLeft();
});
