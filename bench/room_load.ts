/** Load on one room: some members send, all receive, and every delivery is accounted for. */
import { Buffer } from "node:buffer";
import { type Dialect, messageToken } from "./dialects.ts";
import { countToken, drive, type Fleet } from "./fleet.ts";
import type { FrameSink } from "./frames.ts";
import { cpuSeconds } from "./machine.ts";
import { Sender } from "./sender.ts";
import { type Address, greet, openSockets, type RawSocket } from "./socket.ts";

/** A room and how to reach it, one address for each member's connection. */
export interface RoomTarget {
  readonly dialect: Dialect;
  readonly addresses: readonly Address[];
  readonly conversationId: string;
  /** Of each instance: their ports are those of the addresses. */
  readonly serverPids: readonly number[];
}

/** What one run gave; the shares are of one core, the servers' all together. */
export interface RoomFigures {
  readonly deliveriesPerSecond: number;
  readonly generatorShare: number;
  readonly serverShare: number;
  /** On average, as the observers got them. */
  readonly messagesPerFrame: number;
}

// On each instance.
const sendersMax = 4;
const auditEvery = 25;
const openingBracket = 0x5b;
const warmUpMs = 1000;
const quietWithinMs = 15_000;

/** Keeps `inFlight` sends unanswered on each instance for `seconds`, on connections of its own. */
export async function runRoom(
  target: RoomTarget,
  inFlight: number,
  seconds: number,
): Promise<RoomFigures> {
  const load = new RoomLoad(target, inFlight);
  try {
    await load.settle();
    load.send(warmUpMs);
    return load.measure(seconds * 1000);
  } finally {
    load.close();
  }
}

/**
 * The first members send, the next one on each instance is its observer: it parses every message and
 * knows each by its client id. All members on an instance get the same frames, so of the others the
 * bytes must equal their observer's; on the senders and on every 25th member the messages are counted
 * besides.
 */
class RoomLoad {
  readonly #target: RoomTarget;
  readonly #sockets: RawSocket[];
  readonly #senders: Sender[];
  readonly #fleet: Fleet;
  readonly #instances: number;
  /** What each observer has seen. */
  readonly #seen: Set<string>[];
  readonly #counts: number[] = [];
  #bytesBefore: number[] = [];

  constructor(target: RoomTarget, inFlight: number) {
    this.#target = target;
    const byInstance = [...Map.groupBy(target.addresses, ({ port }) => port).values()];
    this.#instances = byInstance.length;
    const sendersEach = Math.min(inFlight, sendersMax);
    const senders = sendersEach * this.#instances;
    this.#seen = byInstance.map(() => new Set());
    this.#sockets = openSockets(inTurns(byInstance), (at) => this.#sinkOf(at, senders));
    this.#senders = this.#sockets.slice(0, senders).map((socket) =>
      new Sender(socket, target.dialect, target.conversationId, inFlight / sendersEach)
    );
    this.#fleet = {
      active: this.#sockets.slice(0, senders + this.#instances),
      passive: this.#sockets.slice(senders + this.#instances),
      sign: target.dialect.sign,
    };
  }

  /** Waits until every member is connected and the server has nothing more to say. */
  async settle(): Promise<void> {
    await greet(this.#sockets, this.#target.dialect);
    this.#bytesBefore = this.#sockets.map((socket) => socket.reader.payloadBytes);
  }

  /** Sends for some time, then waits until all has arrived everywhere. */
  send(durationMs: number): void {
    const until = performance.now() + durationMs;
    for (const sender of this.#senders) sender.fill();
    drive(this.#fleet, (at) => this.#senders[at]?.fill(), (now) => now < until);
    const giveUpAt = performance.now() + quietWithinMs;
    drive(this.#fleet, () => {}, (now) => {
      if (now > giveUpAt) throw new Error(this.#whatIsMissing());
      return !this.#isComplete();
    });
  }

  /** The same, with figures. */
  measure(durationMs: number): RoomFigures {
    const sentBefore = this.#sent();
    const startedAt = performance.now();
    const cpuBefore = [cpuSeconds("self"), this.#serverSeconds()] as const;
    const framesBefore = this.#observedFrames();
    this.send(durationMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const sent = this.#sent() - sentBefore;
    return {
      deliveriesPerSecond: sent * this.#sockets.length / seconds,
      messagesPerFrame: sent * this.#instances / (this.#observedFrames() - framesBefore),
      generatorShare: (cpuSeconds("self") - cpuBefore[0]) / seconds,
      serverShare: (this.#serverSeconds() - cpuBefore[1]) / seconds,
    };
  }

  #observedFrames(): number {
    const first = this.#senders.length;
    return this.#sockets.slice(first, first + this.#instances)
      .reduce((sum, { reader }) => sum + reader.frames, 0);
  }

  #serverSeconds(): number {
    return this.#target.serverPids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  /** Ends all connections. */
  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #sinkOf(at: number, senders: number): FrameSink {
    if (at < senders) return { onText: (payload) => this.#readAnswers(at, payload) };
    if (at < senders + this.#instances) {
      return { onText: (payload) => this.#observe(at, payload) };
    }
    if (at % auditEvery !== 0) return { onArray: (payload) => this.#discount(at, payload) };
    return { onText: (payload) => this.#count(at, payload) };
  }

  #readAnswers(at: number, payload: Uint8Array): void {
    const { ackToken, failToken } = this.#target.dialect;
    if (countToken(payload, failToken) > 0) {
      throw new Error(`A send failed: ${new TextDecoder().decode(payload)}`);
    }
    const sender = this.#senders?.[at];
    if (sender) sender.acknowledged += countToken(payload, ackToken);
    this.#count(at, payload);
  }

  #observe(at: number, payload: Uint8Array): void {
    this.#discount(at, payload);
    for (const clientId of this.#target.dialect.clientIdsIn(Buffer.from(payload).toString())) {
      const seen = this.#seen[at % this.#instances]!;
      if (seen.has(clientId)) throw new Error(`Delivered twice: "${clientId}"`);
      seen.add(clientId);
    }
  }

  #count(at: number, payload: Uint8Array): void {
    this.#discount(at, payload);
    this.#counts[at] = (this.#counts[at] ?? 0) + countToken(payload, messageToken);
  }

  /** A ping may share a frame with the room's message: its bytes are not the room's. */
  #discount(at: number, payload: Uint8Array): void {
    if (payload[0] !== openingBracket) return;
    const text = Buffer.from(payload).toString();
    this.#bytesBefore[at]! += this.#target.dialect.foreignBytesIn(text);
  }

  #sent(): number {
    return this.#senders.reduce((sum, sender) => sum + sender.sent, 0);
  }

  #isComplete(): boolean {
    const sent = this.#sent();
    if (this.#seen.some(({ size }) => size !== sent)) return false;
    if (this.#senders.some((sender) => sender.acknowledged !== sender.sent)) return false;
    return this.#behind().length === 0 && this.#counts.every((count) => count === sent);
  }

  #bytesOf(at: number): number {
    return this.#sockets[at]!.reader.payloadBytes - this.#bytesBefore[at]!;
  }

  #behind(): RawSocket[] {
    const first = this.#senders.length;
    const expected: number[] = [];
    for (let at = first; at < first + this.#instances; at++) {
      expected[at % this.#instances] = this.#bytesOf(at);
    }
    return this.#sockets.filter((_, at) =>
      at >= first && this.#bytesOf(at) !== expected[at % this.#instances]
    );
  }

  #whatIsMissing(): string {
    const acknowledged = this.#senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
    return `Incomplete after ${quietWithinMs} ms: ${this.#sent()} sent, ` +
      `${acknowledged} acknowledged, ${this.#seen.map(({ size }) => size)} observed, ` +
      `${this.#behind().length} members with other bytes, counts ${this.#counts.filter(Number)}`;
  }
}

// The first of each, the second of each: members on all instances send, and the next observe.
function inTurns(byInstance: readonly (readonly Address[])[]): Address[] {
  const longest = Math.max(...byInstance.map(({ length }) => length));
  return Array.from(
    { length: longest },
    (_, place) => byInstance.flatMap((addresses) => addresses[place] ?? []),
  ).flat();
}
