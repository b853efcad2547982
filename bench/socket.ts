/** A WebSocket client that costs as little as it can: blocking upgrade, then reads into a shared buffer. */
import { Buffer } from "node:buffer";
import type { Dialect } from "./dialects.ts";
import { encodeFrame, FrameReader, type FrameSink } from "./frames.ts";
import { closeDescriptor, openLoopback, receiveNow, receiveWaiting, sendAll } from "./libc.ts";

/** Where and as whom a socket connects. */
export interface Address {
  readonly port: number;
  readonly path: string;
  /** Whole header lines beside those of the upgrade. */
  readonly headers: readonly string[];
}

// One buffer for all: each read is counted before the next begins, and it stays in the cache.
const buffer = new Uint8Array(256 * 1024);
const upgradesAtOnce = 32;
const settleMs = 300;

/** One client connection. */
export class RawSocket {
  readonly descriptor: number;
  readonly reader: FrameReader;

  constructor(descriptor: number, sink: FrameSink) {
    this.descriptor = descriptor;
    this.reader = new FrameReader({
      onPing: (payload) => this.write(encodeFrame(payload, 10)),
      ...sink,
    });
  }

  /** Writes bytes that are frames already. */
  write(frames: Uint8Array<ArrayBuffer>): void {
    sendAll(this.descriptor, frames);
  }

  /** Reads what has arrived and gives the number of bytes. */
  receive(): number {
    return this.#take(receiveNow(this.descriptor, buffer));
  }

  /** Reads until `done()` holds, waiting for the server; for set-up only. */
  receiveUntil(done: () => boolean): void {
    while (!done()) {
      if (this.#take(receiveWaiting(this.descriptor, buffer)) === 0) {
        throw new Error("The server said nothing for 30 s");
      }
    }
  }

  /** Ends the connection without ceremony. */
  close(): void {
    closeDescriptor(this.descriptor);
  }

  #take(bytes: number): number {
    if (bytes === 0) throw new Error("The server ended the connection");
    if (bytes < 0) return 0;
    this.reader.push(buffer.subarray(0, bytes));
    return bytes;
  }
}

/** Opens a socket to each address; the sink of each is made by its position. */
export function openSockets(
  addresses: readonly Address[],
  sinkOf: (position: number) => FrameSink = () => ({}),
): RawSocket[] {
  const sockets: RawSocket[] = [];
  for (let first = 0; first < addresses.length; first += upgradesAtOnce) {
    const opened = addresses.slice(first, first + upgradesAtOnce).map((address) => {
      const descriptor = openLoopback(address.port);
      sendAll(descriptor, upgradeRequest(address));
      return descriptor;
    });
    for (const descriptor of opened) {
      const socket = new RawSocket(descriptor, sinkOf(sockets.length));
      socket.reader.push(afterUpgrade(descriptor));
      sockets.push(socket);
    }
  }
  return sockets;
}

/** Says what the server wants to hear first and waits until it has nothing more to say. */
export async function greet(sockets: readonly RawSocket[], dialect: Dialect): Promise<void> {
  for (const socket of sockets) {
    if (dialect.greeting) socket.write(dialect.greeting);
  }
  for (const socket of sockets) {
    const { reader } = socket;
    socket.receiveUntil(() => reader.frames + reader.smallFrames >= dialect.readyFrames);
  }
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  for (const socket of sockets) socket.receive();
}

/** The request that asks for a socket. */
export function upgradeRequest(address: Address): Uint8Array<ArrayBuffer> {
  const lines = [
    `GET ${address.path} HTTP/1.1`,
    `Host: 127.0.0.1:${address.port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ...address.headers,
  ];
  return new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n");
}

/** Waits for the answer to the upgrade and gives the bytes that came behind it. */
function afterUpgrade(descriptor: number): Uint8Array {
  let text = "";
  for (;;) {
    const bytes = receiveWaiting(descriptor, buffer);
    if (bytes <= 0) throw new Error("The server did not answer the upgrade");
    text += Buffer.from(buffer.buffer, 0, bytes).toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (!text.startsWith("HTTP/1.1 101")) throw new Error(`The upgrade failed: "${text}"`);
    return Buffer.from(text.slice(end + 4), "latin1");
  }
}
