/** Frames as bytes: what a proper client never sends ends its own connection at most, and no other's. */
import { strict as assert } from "node:assert";
import type { Client } from "../support/client.ts";
import { encodeFrame, opcodes, RawSocket } from "../support/raw_socket.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { ana, bo, id } = await server.pair();

const limit = 65_536;

function rpc(method: string, params: object = {}, requestId: string | number = 1): string {
  return JSON.stringify({ jsonrpc: "2.0", id: requestId, method, params });
}

/** A request of exactly so many bytes: its unknown field is padded. */
function padded(bytes: number, character = "x"): string {
  const bare = rpc("ping", { pad: "" });
  const each = new TextEncoder().encode(character).length;
  const room = bytes - bare.length;
  return rpc("ping", { pad: character.repeat(Math.floor(room / each)) + "x".repeat(room % each) });
}

async function raw(): Promise<RawSocket> {
  const socket = await RawSocket.open(server.url, ana.session.accessToken);
  await socket.message("session.ready", ({ method }) => method === "session.ready");
  return socket;
}

/** Two others in the same conversation, who must come through unharmed. */
async function bystanders(): Promise<Client[]> {
  return [await ana.connect(), await bo.connect()];
}

async function assertUnharmed(others: Client[], text: string): Promise<void> {
  await bo.says(text, id);
  for (const other of others) {
    await other.sees(text);
    await other.close();
  }
}

test("a message in fragments is one message, with pings in between", async () => {
  const socket = await raw();
  const text = rpc("message.send", {
    conversationId: id,
    clientId: "fragments",
    kind: "text",
    body: { text: "in pieces: 漢字 😀" },
  });
  const bytes = new TextEncoder().encode(text);
  // Cut anywhere, within a character too.
  for (let from = 0; from < bytes.length; from += 7) {
    await socket.frame({
      opcode: from === 0 ? opcodes.text : opcodes.continuation,
      payload: bytes.subarray(from, from + 7),
      fin: from + 7 >= bytes.length,
    });
    await socket.frame({ opcode: opcodes.ping, payload: "still here" });
  }
  const { result, error } = await socket.answer(1);
  assert.equal(error, undefined);
  assert.ok((result as { seq: number }).seq >= 1);
  socket.cut();
});

test("frames that arrive byte by byte, or many in one packet, are the same frames", async () => {
  const socket = await raw();
  for (const byte of encodeFrame({ opcode: opcodes.text, payload: rpc("ping", {}, "slow") })) {
    await socket.write(new Uint8Array([byte]));
  }
  await socket.answer("slow");
  const frames = [1, 2, 3].map((n) =>
    encodeFrame({ opcode: opcodes.text, payload: rpc("ping", {}, `fast${n}`) })
  );
  await socket.write(new Uint8Array(frames.flatMap((frame) => [...frame])));
  for (const n of [1, 2, 3]) await socket.answer(`fast${n}`);
  socket.cut();
});

test("an empty frame is answered as what is not JSON", async () => {
  const socket = await raw();
  await socket.text("");
  assert.equal((await socket.answer(null)).error?.code, -32_700);
  await socket.text(rpc("ping"));
  await socket.answer(1);
  socket.cut();
});

test("a binary frame ends its connection with 4504", async () => {
  const others = await bystanders();
  for (const payload of ["", rpc("ping"), new Uint8Array(70_000)]) {
    const socket = await raw();
    await socket.frame({ opcode: opcodes.binary, payload });
    // What comes behind it neither counts nor hides why the connection ended.
    await socket.text(rpc("ping"));
    assert.equal(await socket.end(), 4504);
    assert.equal(socket.received.some(({ id }) => id === 1), false, "it is not carried out");
  }
  await assertUnharmed(others, "after binary frames");
});

test("a frame of 64 KiB is taken, and of one byte more ends its connection with 4505", async () => {
  const others = await bystanders();
  const most = await raw();
  await most.text(padded(limit));
  assert.equal((await most.answer(1)).error?.data.code, "invalidInput");
  await most.text(padded(limit + 1));
  assert.equal(await most.end(), 4505);
  await assertUnharmed(others, "after large frames");
});

test("a frame's size is counted in bytes of UTF-8, not in characters", async () => {
  for (const character of ["é", "漢", "😀"]) {
    const socket = await raw();
    assert.ok(padded(limit + 1, character).length < limit, "short in UTF-16 units");
    await socket.text(padded(limit, character));
    assert.equal((await socket.answer(1)).error?.data.code, "invalidInput", character);
    await socket.text(padded(limit + 1, character));
    assert.equal(await socket.end(), 4505, character);
  }
});

test("a message that becomes too large fragment by fragment ends with 4505", async () => {
  const socket = await raw();
  const piece = new TextEncoder().encode("x".repeat(30_000));
  await socket.frame({ opcode: opcodes.text, payload: piece, fin: false });
  await socket.frame({ opcode: opcodes.continuation, payload: piece, fin: false });
  await socket.frame({ opcode: opcodes.continuation, payload: piece, fin: true });
  assert.equal(await socket.end(), 4505);
});

test("broken UTF-8 ends its connection and nothing of it is carried out", async () => {
  const others = await bystanders();
  const broken = [[0xff], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]];
  for (const bytes of broken) {
    const socket = await raw();
    await socket.frame({ opcode: opcodes.text, payload: new Uint8Array(bytes) });
    // The runtime drops it itself, before the program sees the frame, and sends no code of ours.
    const code = await socket.end();
    assert.ok(code === null || code === 4504 || code === 1007, `closed with ${code}`);
  }
  await assertUnharmed(others, "after broken UTF-8");
});

test("frames against RFC 6455 end their connection, and no other", async () => {
  const others = await bystanders();
  const text = rpc("ping");
  const wrong: [string, Uint8Array][] = [
    ["a reserved opcode", encodeFrame({ opcode: 3, payload: text })],
    ["a reserved bit", encodeFrame({ opcode: 0x40 | opcodes.text, payload: text })],
    ["a continuation of nothing", encodeFrame({ opcode: opcodes.continuation, payload: text })],
    ["a fragmented ping", encodeFrame({ opcode: opcodes.ping, payload: "x", fin: false })],
    ["a long ping", encodeFrame({ opcode: opcodes.ping, payload: "x".repeat(126) })],
    ["no WebSocket at all", new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")],
  ];
  for (const [what, bytes] of wrong) {
    const socket = await raw();
    await socket.write(bytes);
    await socket.end().catch(() => assert.fail(`${what} did not end the connection`));
    assert.equal(socket.received.some(({ id }) => id === 1), false, what);
  }
  await assertUnharmed(others, "after nonsense");
});

test("a huge declared length is not believed, and ends its connection", async () => {
  const others = await bystanders();
  for (const declaredLength of [2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const socket = await raw();
    await socket.frame({ opcode: opcodes.text, payload: "x", declaredLength });
    await socket.end();
  }
  await assertUnharmed(others, "after huge lengths");
});

test("a frame that is cut in the middle and followed by silence ends with the heartbeat", async () => {
  const others = await bystanders();
  const socket = await raw();
  const bytes = encodeFrame({ opcode: opcodes.text, payload: padded(1_000) });
  await socket.write(bytes.subarray(0, 500));
  world.clock.advanceMs(30_000);
  for (const other of others) await other.call("ping");
  world.clock.advanceMs(25_000);
  for (let turn = 0; turn < 64; turn++) server.patter.hub.heartbeat.tick();
  assert.equal(await socket.end(), 4002);
  await assertUnharmed(others, "after a cut frame");
});

test("a connection that breaks off within a frame leaves nothing behind", async () => {
  const socket = await raw();
  const before = server.patter.admission.count;
  await socket.write(encodeFrame({ opcode: opcodes.text, payload: rpc("ping") }).subarray(0, 9));
  socket.cut();
  await until("its place is given back", () => server.patter.admission.count === before - 1);
});
