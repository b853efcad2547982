/**
 * The few socket calls of libc that the load generator makes itself: one core must count what another
 * core sends, and a `Deno.connect` read costs twice as much and wakes for every frame (Linux only).
 */

const libc = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // The results are ssize_t; their low half is all that a buffer of this size can give.
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
}).symbols;

const inet = 2;
const stream = 1;
const tcp = 6;
const noDelay = 1;
const socketLevel = 1;
const receiveTimeout = 20;
const dontWait = 0x40;
const noSignal = 0x4000;
const readable = 1;

/** Opens a TCP connection to 127.0.0.1 and gives its descriptor; reads that wait give up after 30 s. */
export function openLoopback(port: number): number {
  const descriptor = libc.socket(inet, stream, 0);
  const address = new Uint8Array([
    inet,
    0,
    port >> 8,
    port & 255,
    127,
    0,
    0,
    1,
    ...Array(8).fill(0),
  ]);
  if (descriptor < 0 || libc.connect(descriptor, address, address.length) !== 0) {
    throw new Error(`Cannot connect to port ${port}`);
  }
  libc.setsockopt(descriptor, tcp, noDelay, new Uint8Array(new Int32Array([1]).buffer), 4);
  const timeout = new Uint8Array(new BigInt64Array([30n, 0n]).buffer);
  libc.setsockopt(descriptor, socketLevel, receiveTimeout, timeout, timeout.length);
  return descriptor;
}

/** Reads what is there: the number of bytes, 0 at the end of the stream, negative when there is none. */
export function receiveNow(descriptor: number, into: Uint8Array<ArrayBuffer>): number {
  return libc.recv(descriptor, into, BigInt(into.length), dontWait);
}

/** The same, but waits for the first byte. */
export function receiveWaiting(descriptor: number, into: Uint8Array<ArrayBuffer>): number {
  return libc.recv(descriptor, into, BigInt(into.length), 0);
}

/** Writes all of it, waiting while the peer does not read. */
export function sendAll(descriptor: number, bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length;) {
    const rest = at === 0 ? bytes : bytes.subarray(at);
    const sent = libc.send(descriptor, rest, BigInt(rest.length), noSignal);
    if (sent <= 0) throw new Error("The peer is gone");
    at += sent;
  }
}

/** Closes a descriptor. */
export function closeDescriptor(descriptor: number): void {
  libc.close(descriptor);
}

/** Waits for many descriptors at once. */
export class Poll {
  readonly #entries: Uint8Array<ArrayBuffer>;
  readonly #flags: Int16Array;
  readonly #count: number;

  constructor(descriptors: readonly number[]) {
    this.#count = descriptors.length;
    const fields = new Int32Array(descriptors.length * 2);
    this.#entries = new Uint8Array(fields.buffer);
    this.#flags = new Int16Array(fields.buffer);
    for (const [at, descriptor] of descriptors.entries()) {
      fields[at * 2] = descriptor;
      this.#flags[at * 4 + 2] = readable;
    }
  }

  /** Waits until one can be read or the time is over; gives how many can. */
  wait(timeoutMs: number): number {
    return libc.poll(this.#entries, BigInt(this.#count), timeoutMs);
  }

  /** Whether the descriptor at this position could be read (or had failed) in the last `wait`. */
  isReady(at: number): boolean {
    return this.#flags[at * 4 + 3] !== 0;
  }
}
