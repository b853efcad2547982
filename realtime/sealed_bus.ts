/** A bus over anything that carries texts: packets of one turn go together, sealed, and come back checked. */
import { setImmediate } from "node:timers";
import type { Clock, Log } from "../domain/app.ts";
import type { Bus, ConnectBus, Packet, Receive } from "./bus.ts";
import { Envelopes, type Refusal } from "./envelope.ts";
import { readPackets } from "./packet_schema.ts";

/** Carries texts between instances; none of it waits or throws. */
export interface Carrier {
  publish(topic: string, text: string): void;
  join(topic: string): void;
  leave(topic: string): void;
  close(): Promise<void>;
}

/** What a carrier has for its owner. */
export interface CarrierEvents {
  /** A text was found; `fits` says of a topic whether its texts belong where this one was. */
  found(text: string, fits: (topic: string) => boolean): void;
  /** Texts of these topics are found from now on. */
  heard(topics: readonly string[]): void;
}

/** Makes one instance's carrier. */
export type ConnectCarrier = (events: CarrierEvents) => Carrier;

/** What seals envelopes, and who hears of those that do not open. */
export interface Sealing {
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
}

// Larger ones are told of in a word, and the others read the database.
const packetMax = 1_048_576;
// What one turn may leave to be sealed.
const pendingMax = 16 * packetMax;
const complainEveryMs = 60_000;

/** A bus over a carrier. */
export function sealedBus(connect: ConnectCarrier, sealing: Sealing): ConnectBus {
  return (receive, heard = () => {}) => {
    const bus = new SealedBus(receive, sealing);
    return bus.over(connect({ found: (text, fits) => bus.take(text, fits), heard }));
  };
}

class SealedBus implements Bus {
  readonly #envelopes: Envelopes;
  readonly #refused = new Map<Refusal | "unreadable", number>();
  #complainedAt = -Infinity;
  #carrier!: Carrier;
  #pending = new Map<string, string[]>();
  #pendingSize = 0;

  constructor(readonly receive: Receive, readonly sealing: Sealing) {
    this.#envelopes = new Envelopes(sealing.secret, crypto.randomUUID(), sealing.clock);
  }

  over(carrier: Carrier): this {
    this.#carrier = carrier;
    return this;
  }

  publish(topic: string, packet: Packet): void {
    const text = written(packet);
    if (text === null || this.#pendingSize + text.length > pendingMax) return;
    if (this.#pending.size === 0) setImmediate(() => this.#flush());
    const texts = this.#pending.get(topic);
    if (texts === undefined) this.#pending.set(topic, [text]);
    else texts.push(text);
    this.#pendingSize += text.length;
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    this.#pendingSize = 0;
    for (const [topic, texts] of pending) {
      for (const body of bodies(texts)) {
        this.#carrier.publish(topic, this.#envelopes.seal(topic, body));
      }
    }
  }

  take(text: string, fits: (topic: string) => boolean): void {
    // Whatever came in: nothing of it may end the connection that brought it.
    try {
      const opened = this.#envelopes.open(text, fits);
      if (opened === null) return;
      if ("refused" in opened) return this.#refuse(opened.refused);
      const { topic, body } = opened;
      for (const packet of readPackets(topic, body)) this.receive(topic, packet);
    } catch (error) {
      this.#refuse("unreadable", error);
    }
  }

  // Counted, and told of now and then: whoever floods the bus must not flood the log.
  #refuse(reason: Refusal | "unreadable", error?: unknown): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    const now = performance.now();
    if (now - this.#complainedAt < complainEveryMs) return;
    this.#complainedAt = now;
    const fields = Object.fromEntries(this.#refused);
    if (error === undefined) this.sealing.log.warn("bus packets refused", fields);
    else this.sealing.log.error("bus packet failed", error, fields);
  }

  join(topic: string): void {
    this.#carrier.join(topic);
  }

  leave(topic: string): void {
    this.#carrier.leave(topic);
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#carrier.close();
  }
}

function written(packet: Packet): string | null {
  const text = JSON.stringify(packet);
  if (text.length <= packetMax) return text;
  if (packet.type !== "changes") return null;
  const { conversationId, rev } = packet.changes;
  return JSON.stringify({ type: "changed", conversationId, rev } satisfies Packet);
}

// As few as hold them, none much larger than a packet may be.
function bodies(texts: readonly string[]): string[] {
  const found: string[] = [];
  let from = 0;
  let size = 0;
  texts.forEach((text, place) => {
    if (place > from && size + text.length > packetMax) {
      found.push(`[${texts.slice(from, place).join(",")}]`);
      from = place;
      size = 0;
    }
    size += text.length;
  });
  found.push(`[${texts.slice(from).join(",")}]`);
  return found;
}
