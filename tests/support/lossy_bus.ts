/** A bus that loses, doubles, delays and reorders: by chance from a seed, or just what a test names. */
import type { ConnectBus, Packet } from "../../realtime/bus.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { seeded } from "./random.ts";

/** How likely each fault is for one packet on its way to one instance, from 0 to 1. */
export interface Faults {
  readonly drop: number;
  readonly duplicate: number;
  /** Comes up to `delayMs` late, so that later ones overtake it. */
  readonly delay: number;
  readonly delayMs: number;
}

/** Whether a test means this packet. */
export type Fits = (packet: Packet, topic: string) => boolean;

const faultless: Faults = { drop: 0, duplicate: 0, delay: 0, delayMs: 0 };

/** Instances join it by `connect`; what befalls their packets is decided here. */
export class LossyBus {
  faults: Faults = faultless;
  /** How many packets were lost. */
  lost = 0;
  /** How many are delayed and have yet to come. */
  late = 0;
  readonly #random: () => number;
  readonly #inner: ConnectBus;
  #dropped: Fits = () => false;
  #held: Fits = () => false;
  #waiting: (() => void)[] = [];

  /** Over `inner`, whose packets suffer as they arrive. */
  constructor(seed = 1, faults: Partial<Faults> = {}, inner = memoryBus()) {
    this.#random = seeded(seed);
    this.faults = { ...faultless, ...faults };
    this.#inner = inner;
  }

  /** For `world.instance(settings, { bus: lossy.connect })`. */
  readonly connect: ConnectBus = (receive, heard) => {
    let isClosed = false;
    const pass = (topic: string, packet: Packet) =>
      this.#pass(packet, topic, () => {
        if (!isClosed) receive(topic, packet);
      });
    const bus = this.#inner(pass, heard);
    return {
      publish: (topic, packet) => bus.publish(topic, packet),
      join: (topic) => bus.join(topic),
      leave: (topic) => bus.leave(topic),
      close: () => {
        isClosed = true;
        return bus.close();
      },
    };
  };

  /** From now on these are lost. */
  drop(fits: Fits): void {
    this.#dropped = fits;
  }

  /** From now on these wait for `release`. */
  hold(fits: Fits): void {
    this.#held = fits;
  }

  /** Lets those that wait go, in the order they came or the other way round, and holds no more. */
  release(order: "asSent" | "reversed" = "asSent"): void {
    const waiting = this.#waiting;
    this.#held = () => false;
    this.#waiting = [];
    if (order === "reversed") waiting.reverse();
    for (const deliver of waiting) deliver();
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** From now on all goes through. */
  heal(): void {
    this.faults = faultless;
    this.#dropped = () => false;
    this.release();
  }

  #pass(packet: Packet, topic: string, deliver: () => void): void {
    const { drop, duplicate } = this.faults;
    if (this.#held(packet, topic)) this.#waiting.push(deliver);
    else if (this.#dropped(packet, topic) || this.#random() < drop) this.lost++;
    else {
      this.#send(deliver);
      if (this.#random() < duplicate) this.#send(deliver);
    }
  }

  #send(deliver: () => void): void {
    const { delay, delayMs } = this.faults;
    if (this.#random() >= delay) return deliver();
    this.late++;
    setTimeout(() => {
      this.late--;
      deliver();
    }, this.#random() * delayMs);
  }
}
