/** Coming into conversations, in the interleavings that chance rarely gives: answers of the database come late. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { chainsOf, reaches } from "../support/chain.ts";
import type { Client } from "../support/client.ts";
import { add, remove } from "../support/groups.ts";
import { asksRevs, asksView, asksWelcome, LateDatabase } from "../support/late_database.ts";
import { sweepsNoUsers } from "../support/sockets.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const gate = new LateDatabase(world.database);
const gated = await world.instance({}, { bus, database: gate.database });

/** It follows: what is said now reaches it, in an unbroken chain. */
async function assertFollows(client: Client, owner: Person, id: string): Promise<void> {
  const { rev } = await owner.says("do you hear me?", id);
  await reaches(client, id, rev);
}

/** Whatever it was told, what is said now does not reach it. */
async function assertHearsNothing(client: Client, owner: Person, id: string): Promise<void> {
  const { rev } = await owner.says("secret", id);
  const { rooms } = gated.patter.hub;
  await until("the room has heard of it", () => (rooms.get(id)?.lastRev ?? rev) >= rev);
  // Its answer leaves after whatever was sent before.
  await client.call("ping");
  assert.ok((chainsOf(client).get(id)?.rev ?? 0) < rev);
  assert.ok(client.frames.every((frame) => !frame.includes("secret")));
}

for (const place of ["here", "elsewhere"] as const) {
  test(`a user added ${place} after its new connection read its conversations is let in`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const bo = await gated.person("bo");
    const id = await owner.at.group(owner, []);
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await add(owner, id, bo);
    const { rev } = await owner.says("first", id);
    held.release();
    const client = await connecting;
    await reaches(client, id, rev);
    await assertFollows(client, owner, id);
  });

  test(`a user removed ${place} after its new connection read its conversations hears nothing`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const bo = await gated.person("bo");
    const id = await owner.at.group(owner, [bo]);
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await remove(owner, id, bo);
    held.release();
    const client = await connecting;
    await assertHearsNothing(client, owner, id);
    // Elsewhere nobody listened for this room yet: it is let in, and at once let go by repair.
    if (place === "here") assert.equal(chainsOf(client).get(id), undefined);
    await until("it is out", () => gated.patter.hub.seat(id, bo.id) === undefined);
  });

  test(`a user removed and added again ${place} while connecting hears nothing from between`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const [bo, cy] = [await gated.person("bo"), await gated.person("cy")];
    const id = await owner.at.group(owner, [bo, cy]);
    const listening = await cy.connect();
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await remove(owner, id, bo);
    await owner.says("while bo is away", id);
    await add(owner, id, bo);
    const { rev } = await owner.says("bo is back", id);
    await reaches(listening, id, rev);
    held.release();
    const client = await connecting;
    await assertFollows(client, owner, id);
    assert.ok(client.frames.every((frame) => !frame.includes("while bo is away")));
  });
}

test("a user removed before the room began here, with another who joined, is not let in", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const cy = await gated.person("cy");
  const id = await server.group(owner, [bo]);
  const listening = await cy.connect();
  const held = gate.hold("the welcome", asksWelcome);
  const connecting = bo.connect();
  await held.reached;
  await remove(owner, id, bo);
  // Only now somebody here follows the room: it begins after the removal.
  await add(owner, id, cy);
  await listening.next("conversation.joined");
  held.release();
  await assertHearsNothing(await connecting, owner, id);
  await assertFollows(listening, owner, id);
});

test("who is added and removed while its view is read is told nothing, and leaves no room behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await remove(owner, id, bo);
  held.release();
  await until("no room is left", () => !gated.patter.hub.rooms.has(id));
  assert.equal(chainsOf(client).get(id)?.changes.length ?? 0, 0);
  await assertHearsNothing(client, owner, id);
});

test("who is added, removed and added again while its view is read follows from the last time on", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await remove(owner, id, bo);
  await owner.says("while bo is away", id);
  await add(owner, id, bo);
  held.release();
  const { rev } = await owner.says("bo is back", id);
  const chain = await reaches(client, id, rev);
  assert.equal(chain.hasLeft, false);
  assert.ok(client.frames.every((frame) => !frame.includes("while bo is away")));
  await assertFollows(client, owner, id);
});

test("who is added while those before are seen to is let in as well, without waiting for a sweep", async () => {
  const [owner, bo, cy] = [
    await server.person("owner"),
    await gated.person("bo"),
    await gated.person("cy"),
  ];
  const id = await server.group(owner, []);
  const clients = [await bo.connect(), await cy.connect()];
  using _ = sweepsNoUsers(gated);
  const held = gate.hold("how far the room has come", asksRevs);
  await add(owner, id, bo);
  await held.reached;
  await add(owner, id, cy);
  held.release();
  for (const client of clients) await client.next("conversation.joined");
  for (const client of clients) await assertFollows(client, owner, id);
});

test("a view that was read between leaving and coming back is read again", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, [bo]);
  const client = await bo.connect();
  await remove(owner, id, bo);
  await client.next("conversation.left");
  const { hub } = gated.patter;
  using _ = sweepsNoUsers(gated);
  const held = gate.hold("the view", asksView);
  // As a stale word of an earlier joining would.
  const stale = hub.following.follow(id, [bo.id]);
  await held.reached;
  await add(owner, id, bo);
  await until("asked again", () => hub.rooms.get(id)?.expected.length === 1);
  held.release();
  await stale;
  await assertFollows(client, owner, id);
});

test("a connection that closes while its view is read leaves nothing behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await client.close();
  await until("it is gone", () => !gated.patter.hub.users.has(bo.id));
  assert.equal(gated.patter.hub.rooms.has(id), false);
  held.release();
  await owner.says("anyone?", id);
  assert.equal(gated.patter.hub.rooms.has(id), false);
});

test("a connection that closes before it was set up leaves nothing behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, [bo]);
  const held = gate.hold("the welcome", asksWelcome);
  const connecting = bo.connect().catch(() => {});
  await held.reached;
  await until("the client is open", () => bo.clients.length === 1);
  bo.clients[0]!.socket.close();
  await until("it is gone", () => !gated.patter.hub.users.has(bo.id));
  held.release();
  await owner.says("anyone?", id);
  assert.equal(gated.patter.hub.rooms.has(id), false);
  await Promise.race([connecting, bo.clients[0]!.closed]);
});

test("when a newcomer's view cannot be read it is let in once the database answers", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  gate.refuse(asksView);
  await add(owner, id, bo);
  await until("it was tried", () => gated.log.lines.some(({ event }) => event === "follow failed"));
  gate.refuse(() => false);
  await until("it was let in", () => chainsOf(client).has(id));
  await assertFollows(client, owner, id);
});
