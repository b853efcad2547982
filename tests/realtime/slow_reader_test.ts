/** Readers that do not read: they are let go, they delay nobody, and what they leave behind is bounded. */
import { strict as assert } from "node:assert";
import type { ChangesPage } from "../../schemas/conversations.ts";
import type { Client } from "../support/client.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

function rpc(method: string, params: object = {}): string {
  return JSON.stringify({ jsonrpc: "2.0", id: "asked", method, params });
}

const world = await openWorld();

// The kernel takes about 4 MB off the server's hands before anything stays with it.
const big = "😀".repeat(10_000);

/** Sends big messages, ten at a time, until there were enough; gives how many. */
async function sayUntil(speaker: RawSocket, id: string, enough: () => boolean): Promise<number> {
  for (let sent = 0; sent < 1_000; sent += 10) {
    if (enough()) return sent;
    for (let i = sent; i < sent + 10; i++) {
      const params = { conversationId: id, clientId: `m${i}`, kind: "text", body: { text: big } };
      await speaker.text(JSON.stringify({ jsonrpc: "2.0", id: i, method: "message.send", params }));
    }
    for (let i = sent; i < sent + 10; i++) await speaker.answer(i);
  }
  throw new Error("1,000 big messages were not too much");
}

function neverReads(at: Instance, person: Person): Promise<RawSocket> {
  return RawSocket.open(at.url, person.session.accessToken, { readsNothing: true });
}

// Deno's own client would wait for an acknowledgement within each frame of this size (Nagle).
function connectRaw(person: Person): Promise<RawSocket> {
  return RawSocket.open(person.at.url, person.session.accessToken);
}

function seqsOf(client: Client): number[] {
  return client.all("changes").flatMap(({ messages }) => messages.map(({ seq }) => seq));
}

function connectionsOf(at: Instance, person: Person): number {
  return at.patter.hub.users.get(person.id)?.size ?? 0;
}

async function group(at: Instance) {
  const [ana, bo, slow] = [await at.person("ana"), await at.person("bo"), await at.person("slow")];
  return { ana, bo, slow, id: await at.group(ana, [bo, slow]) };
}

test("who reads nothing is closed with 4003, and those who read miss nothing meanwhile", async () => {
  const server = await world.instance({ OUTBOX_BYTES_MAX: "65536" });
  const { ana, bo, slow, id } = await group(server);
  const stuck = await neverReads(server, slow);
  await until("it is in the room", () => connectionsOf(server, slow) === 1);
  const [speaker, reader] = [await connectRaw(ana), await bo.connect()];
  const sent = await sayUntil(speaker, id, () => connectionsOf(server, slow) === 0);
  await until("the reader has all", () => seqsOf(reader).at(-1) === sent + 1);
  assert.deepEqual(seqsOf(reader), Array.from({ length: sent }, (_, i) => i + 2));
  // Gone from the room, still counted: its socket and what it did not read are there.
  assert.equal(server.patter.admission.count, 3);
  assert.ok(server.patter.admission.closingBytes() > 65_536);

  stuck.read();
  assert.equal(await stuck.end(), 4003);
  await until("its place is given back", () => server.patter.admission.count === 2);
  assert.equal(server.patter.admission.closingBytes(), 0);
});

test("it gets what it read in order and catches up on the rest by rev", async () => {
  const server = await world.instance({ OUTBOX_BYTES_MAX: "65536" });
  const { ana, slow, id } = await group(server);
  const stuck = await neverReads(server, slow);
  await until("it is in the room", () => connectionsOf(server, slow) === 1);
  const speaker = await connectRaw(ana);
  const sent = await sayUntil(speaker, id, () => connectionsOf(server, slow) === 0);
  stuck.read();
  await stuck.end();
  const changes = stuck.received.filter(({ method }) => method === "changes")
    .map(({ params }) => params as ChangesPage);
  for (const [place, { prevRev }] of changes.entries()) {
    if (place > 0) assert.equal(prevRev, changes[place - 1]!.rev, "no hole before the end");
  }
  let rev = changes.at(-1)!.rev;
  const seen = changes.flatMap(({ messages }) => messages.map(({ seq }) => seq));
  const back = await slow.connect();
  for (let hasMore = true; hasMore;) {
    const params = { conversationId: id, afterRev: rev, limit: 100 };
    const page = await back.call("conversation.changes", params);
    seen.push(...page.messages.map(({ seq }) => seq));
    ({ hasMore, rev } = page);
  }
  assert.deepEqual(seen, Array.from({ length: sent }, (_, i) => i + 2));
});

test("what stuck sockets hold is bounded: then new connections are asked to come later", async () => {
  const server = await world.instance({
    OUTBOX_BYTES_MAX: "524288",
    CLOSING_BYTES_MAX: "1048576",
  });
  const { ana, bo, slow, id } = await group(server);
  const stuck = [];
  for (let i = 0; i < 3; i++) stuck.push(await neverReads(server, slow));
  await until("they are in the room", () => connectionsOf(server, slow) === 3);
  const speaker = await connectRaw(ana);
  await sayUntil(speaker, id, () => connectionsOf(server, slow) === 0);
  const { admission } = server.patter;
  assert.ok(admission.closingBytes() > 1_048_576, `${admission.closingBytes()} bytes`);

  const headers = { authorization: `Bearer ${bo.session.accessToken}` };
  const { socket, answer } = await RawSocket.ask(server.url, { headers });
  socket.cut();
  assert.deepEqual([answer.status, JSON.parse(answer.body).code], [503, "overloaded"]);
  // Those who are in are served.
  await speaker.text(rpc("ping"));
  await speaker.answer("asked");

  for (const one of [...stuck, speaker]) one.cut();
  await until("all is freed", () => admission.closingBytes() === 0 && admission.count === 0);
  await (await bo.connect()).call("ping");
});

test("who stays behind a little is told no typing, and all that matters", async () => {
  const server = await world.instance({ OUTBOX_LIVELY_BYTES_MAX: "16384" });
  const { ana, bo, slow, id } = await group(server);
  const stuck = await neverReads(server, slow);
  await until("it is in the room", () => connectionsOf(server, slow) === 1);
  const [speaker, reader] = [await connectRaw(ana), await bo.connect()];
  const [behind] = server.patter.hub.users.get(slow.id)!;
  const sent = await sayUntil(speaker, id, () => behind!.bufferedBytes > 32_768);
  const typing = { conversationId: id, typing: true };
  await speaker.text(rpc("conversation.typing", typing));
  await reader.next("conversation.typing");
  await ana.says("last", id);
  stuck.read();
  const isLast = (seq: number) => seq === sent + 2;
  const seqs = () =>
    stuck.received.filter(({ method }) => method === "changes")
      .flatMap(({ params }) => (params as ChangesPage).messages.map(({ seq }) => seq));
  await until("it has all messages", () => seqs().some(isLast));
  assert.equal(stuck.received.some(({ method }) => method === "conversation.typing"), false);
  stuck.cut();
});

test("who reads is never taken for slow, however many large pages it asks for at once", async () => {
  const server = await world.instance();
  const { ana, bo, id } = await group(server);
  const speaker = await connectRaw(ana);
  let left = 3;
  await sayUntil(speaker, id, () => left-- <= 0);
  const reader = await bo.connect();
  const pages = Array.from({ length: 40 }, (_, i) => ({
    jsonrpc: "2.0",
    id: `page${i}`,
    method: i % 2 === 0 ? "message.list" : "conversation.changes",
    params: { conversationId: id, limit: 100 },
  }));
  reader.send(JSON.stringify(pages));
  const quick = reader.call("ping");
  for (const page of pages) {
    const { result } = await reader.answer(page.id);
    assert.equal((result as ChangesPage).hasMore, true, "cut to what a frame may hold");
  }
  await quick;
  const last = reader.received.findIndex(({ id }) => id === "page39");
  const pong = reader.received.findIndex(({ result }) =>
    (result as { serverTime?: string })?.serverTime
  );
  assert.ok(pong < last, "what is no page goes past the line");
  assert.ok(reader.frames.every((frame) => new TextEncoder().encode(frame).length <= 1_048_576));
});

test("pages that are asked for and never read are not even loaded", async () => {
  const server = await world.instance();
  const { ana, slow, id } = await group(server);
  const speaker = await connectRaw(ana);
  let left = 3;
  await sayUntil(speaker, id, () => left-- <= 0);
  const stuck = await neverReads(server, slow);
  await until("it is in the room", () => connectionsOf(server, slow) === 1);
  const [connection] = server.patter.hub.users.get(slow.id)!;
  for (let i = 0; i < 30; i++) {
    const params = { conversationId: id, limit: 100 };
    await stuck.text(JSON.stringify({ jsonrpc: "2.0", id: i, method: "message.list", params }));
  }
  await until("the line stands still", () => connection!.bufferedBytes > 262_144);
  assert.ok(connection!.bufferedBytes < 2_097_152, `${connection!.bufferedBytes} bytes`);
  assert.equal(connection!.isOpen, true);
  stuck.read();
  for (let i = 0; i < 30; i++) await stuck.answer(i);
  stuck.cut();
});
