/** A storm: thousands ask for their sockets at one moment, and those who are refused come again when told. */
import { Buffer } from "node:buffer";
import { closeDescriptor, openLoopback, Poll, receiveNow, sendAll } from "./libc.ts";
import { cpuSeconds } from "./machine.ts";
import type { Probe } from "./probe.ts";
import { type Address, upgradeRequest } from "./socket.ts";

/** What a storm came to. */
export interface StormFigures {
  /** From the first request until the last connection had its first frame. */
  readonly readyMs: number;
  /** How often anybody was told to come again. */
  readonly refusals: number;
  /** Of one core. */
  readonly generatorShare: number;
}

interface Comer {
  readonly address: Address;
  descriptor: number;
  /** What has come of the answer. */
  text: string;
  /** When to come again; null while an answer is awaited. */
  dueAt: number | null;
}

const sweepMs = 10;
const giveUpMs = 120_000;
const buffer = new Uint8Array(64 * 1024);

/** Holds the TCP connections; `run` lets the storm loose, `close` ends all. */
export class Storm {
  readonly #comers: Comer[];
  readonly #probes: readonly Probe[];
  #refusals = 0;

  constructor(addresses: readonly Address[], probes: readonly Probe[]) {
    this.#comers = addresses.map((address) => ({
      address,
      descriptor: openLoopback(address.port),
      text: "",
      dueAt: null,
    }));
    this.#probes = probes;
  }

  /** In one go: nothing else happens in this process meanwhile. */
  run(): StormFigures {
    const startedAt = performance.now();
    const cpuBefore = cpuSeconds("self");
    for (const comer of this.#comers) ask(comer);
    let waiting: readonly Comer[] = this.#comers;
    const probing = new Poll(this.#probes.map(({ descriptor }) => descriptor));
    while (waiting.length > 0) {
      const now = performance.now();
      if (now - startedAt > giveUpMs) throw new Error(`${waiting.length} are not connected yet`);
      this.#probe(probing, now + sweepMs);
      waiting = this.#sweep(waiting);
    }
    const readyMs = performance.now() - startedAt;
    const generatorShare = (cpuSeconds("self") - cpuBefore) * 1_000 / readyMs;
    return { readyMs, refusals: this.#refusals, generatorShare };
  }

  // Many who wait are looked at at intervals; the few probes are read the moment they are answered.
  #probe(probing: Poll, until: number): void {
    for (let now = performance.now(); now < until; now = performance.now()) {
      for (const probe of this.#probes) probe.ask(now);
      if (probing.wait(Math.ceil(until - now)) <= 0) continue;
      const readAt = performance.now();
      this.#probes.forEach((probe, place) => probing.isReady(place) && probe.read(readAt));
    }
  }

  /** Reads what has come; gives those who are not connected yet. */
  #sweep(waiting: readonly Comer[]): Comer[] {
    const now = performance.now();
    const poll = new Poll(waiting.map(({ descriptor }) => descriptor));
    poll.wait(0);
    return waiting.filter((comer, place) => {
      if (comer.dueAt !== null) {
        if (now >= comer.dueAt) again(comer);
        return true;
      }
      return !(poll.isReady(place) && this.#isReady(comer, now));
    });
  }

  #isReady(comer: Comer, now: number): boolean {
    const bytes = receiveNow(comer.descriptor, buffer);
    if (bytes === 0) throw new Error("The server ended a connection");
    if (bytes < 0) return false;
    comer.text += Buffer.from(buffer.buffer, 0, bytes).toString("latin1");
    const end = comer.text.indexOf("\r\n\r\n");
    if (end < 0) return false;
    // Its first frame is what says that a connection is ready.
    if (comer.text.startsWith("HTTP/1.1 101")) return comer.text.length > end + 4;
    const retryAfterMs = /^HTTP\/1.1 503 [^]*"retryAfterMs":(\d+)/.exec(comer.text)?.[1];
    if (retryAfterMs === undefined) {
      // The body may be on its way still.
      if (comer.text.startsWith("HTTP/1.1 503")) return false;
      throw new Error(`Neither let in nor asked to come again: "${comer.text}"`);
    }
    this.#refusals++;
    comer.dueAt = now + Number(retryAfterMs);
    closeDescriptor(comer.descriptor);
    return false;
  }

  /** Ends all connections. */
  close(): void {
    for (const { descriptor } of this.#comers) closeDescriptor(descriptor);
  }
}

function ask(comer: Comer): void {
  sendAll(comer.descriptor, upgradeRequest(comer.address));
}

function again(comer: Comer): void {
  comer.descriptor = openLoopback(comer.address.port);
  comer.text = "";
  comer.dueAt = null;
  ask(comer);
}
