/**
 * The peer that shows the load generator's own ceiling: after the upgrade it writes frames encoded
 * beforehand without end (`/flood?messages=64`: so many in a frame), or swallows all (`/swallow`).
 */
import { messageText } from "../sender.ts";

const chunkBytes = 64 * 1024;
const chunks = new Map<string, Uint8Array>();

/** A server frame with the `changes` of one room, as Patter sends them, repeated to fill a write. */
function chunkOf(messages: number): Uint8Array {
  const id = "0190b3c0-0000-7000-8000-000000000000";
  const message = {
    seq: 1000,
    rev: 1000,
    from: id,
    clientId: "bench-1000000000",
    at: "2026-01-01T00:00:00.000Z",
    kind: "text",
    body: { text: messageText },
  };
  const states = { messages: Array(messages).fill(message), members: [], conversation: null };
  const params = { conversationId: id, prevRev: 1000, rev: 1000 + messages, ...states };
  const text = JSON.stringify({ jsonrpc: "2.0", method: "changes", params });
  const payload = new TextEncoder().encode(text);
  const frame = new Uint8Array([0x81, 126, payload.length >> 8, payload.length & 255, ...payload]);
  const copies = Math.max(1, Math.floor(chunkBytes / frame.length));
  const chunk = new Uint8Array(copies * frame.length);
  for (let copy = 0; copy < copies; copy++) chunk.set(frame, copy * frame.length);
  return chunk;
}

async function flood(connection: Deno.TcpConn, messages: string): Promise<void> {
  const chunk = chunks.getOrInsertComputed(messages, () => chunkOf(Number(messages)));
  for (;;) {
    for (let at = 0; at < chunk.length;) at += await connection.write(chunk.subarray(at));
  }
}

async function attend(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(chunkBytes);
  const bytes = await connection.read(buffer) ?? 0;
  const request = new TextDecoder().decode(buffer.subarray(0, bytes));
  const path = new URL(request.split(" ")[1] ?? "/", "http://localhost");
  const upgraded = path.pathname !== "/";
  const head = upgraded ? "101 Switching Protocols" : "200 OK\r\nContent-Length: 0";
  await connection.write(new TextEncoder().encode(`HTTP/1.1 ${head}\r\n\r\n`));
  const messages = path.searchParams.get("messages");
  if (upgraded && messages !== null) await flood(connection, messages);
  while (await connection.read(buffer) !== null);
}

const listener = Deno.listen({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" });
for await (const connection of listener) {
  attend(connection).catch(() => {}).finally(() => connection.close());
}
