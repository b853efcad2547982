/** Load of pairs: every connection sends to its partner and awaits the answer, then sends again. */
import { messageToken, patter } from "./dialects.ts";
import { countToken, drive } from "./fleet.ts";
import { cpuSeconds } from "./machine.ts";
import { Sender } from "./sender.ts";
import { type Address, greet, openSockets, type RawSocket } from "./socket.ts";

/** The pairs: connections 0 and 1 share conversation 0, connections 2 and 3 conversation 1 ... */
export interface PairsTarget {
  readonly addresses: readonly Address[];
  readonly conversationIds: readonly string[];
  readonly serverPid: number;
}

/** What one run gave; the shares are of one core. */
export interface PairsFigures {
  readonly sendsPerSecond: number;
  readonly generatorShare: number;
  readonly serverShare: number;
}

const warmUpMs = 1000;
const quietWithinMs = 15_000;

/** Runs all pairs for `seconds`, one send in flight on each connection. */
export async function runPairs(target: PairsTarget, seconds: number): Promise<PairsFigures> {
  const load = new PairsLoad(target);
  try {
    await greet(load.sockets, patter);
    load.send(warmUpMs);
    return load.measure(seconds * 1000);
  } finally {
    for (const socket of load.sockets) socket.close();
  }
}

class PairsLoad {
  readonly sockets: readonly RawSocket[];
  readonly #target: PairsTarget;
  readonly #senders: readonly Sender[];
  readonly #delivered: number[];

  constructor(target: PairsTarget) {
    this.#target = target;
    this.#delivered = Array(target.addresses.length).fill(0);
    this.sockets = openSockets(target.addresses, (at) => ({
      onText: (payload) => this.#read(at, payload),
    }));
    this.#senders = this.sockets.map((socket, at) =>
      new Sender(socket, patter, target.conversationIds[at >> 1]!, 1)
    );
  }

  /** Sends for some time, then waits until both sides of every pair have every message. */
  send(durationMs: number): void {
    const until = performance.now() + durationMs;
    const fleet = { active: this.sockets, passive: [] };
    for (const sender of this.#senders) sender.fill();
    drive(fleet, (at) => this.#senders[at]!.fill(), (now) => now < until);
    const giveUpAt = performance.now() + quietWithinMs;
    drive(fleet, () => {}, (now) => {
      const behind = this.#behind();
      if (now > giveUpAt) throw new Error(`${behind} connections lack messages or answers`);
      return behind > 0;
    });
  }

  /** The same, with figures. */
  measure(durationMs: number): PairsFigures {
    const { serverPid } = this.#target;
    const before = { sent: this.#sent(), own: cpuSeconds("self"), server: cpuSeconds(serverPid) };
    const startedAt = performance.now();
    this.send(durationMs);
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      sendsPerSecond: (this.#sent() - before.sent) / seconds,
      generatorShare: (cpuSeconds("self") - before.own) / seconds,
      serverShare: (cpuSeconds(serverPid) - before.server) / seconds,
    };
  }

  #read(at: number, payload: Uint8Array): void {
    if (countToken(payload, patter.failToken) > 0) {
      throw new Error(`A send failed: ${new TextDecoder().decode(payload)}`);
    }
    this.#delivered[at]! += countToken(payload, messageToken);
    const sender = this.#senders?.[at];
    if (sender) sender.acknowledged += countToken(payload, patter.ackToken);
  }

  #sent(): number {
    return this.#senders.reduce((sum, sender) => sum + sender.sent, 0);
  }

  #behind(): number {
    return this.#senders.filter((sender, at) =>
      sender.acknowledged !== sender.sent ||
      this.#delivered[at] !== sender.sent + this.#senders[at ^ 1]!.sent
    ).length;
  }
}
