/** The bus over HTTP: a fixed number of channels, a stream for each, and publishing in batches. */
import { shardOf, sharedChannelOf } from "./channels.ts";
import type { Carrier, CarrierEvents } from "./sealed_bus.ts";

/** A text and where it is said. */
interface Saying {
  readonly channel: string;
  readonly text: string;
}

/** A stream of what is published on a channel. */
interface Stream {
  readonly ended: Promise<void>;
  close(): void;
}

/** What the bus needs of Redis over HTTP: adapters/upstash_link.ts gives it. */
export interface UpstashPubSub {
  /** @throws when the service is away. */
  publishAll(sayings: readonly Saying[]): Promise<void>;
  /** Resolves once all that is published from now on will be heard. @throws when the service is away. */
  listen(channel: string, listener: (text: string) => void): Promise<Stream>;
}

/** How much is gathered, and how silence is noticed. */
export interface UpstashBusOptions {
  readonly shards: number;
  /** How long a saying waits for others to share its request. */
  readonly gatherMs: number;
  /** Between two words to oneself. A stream that brings none of them for two and a half is dead. */
  readonly beatMs: number;
}

/** Requests cost money and streams break seldom; until a dead one is noticed the sweep brings what it lost. */
export const upstashBusDefaults: UpstashBusOptions = { shards: 16, gatherMs: 5, beatMs: 20_000 };

const queueMax = 4 * 1_048_576;
const requestMax = 786_432;
const sayingsMax = 200;
const retryMinMs = 200;
const retryMaxMs = 5_000;
const beat = "beat";

/** One channel: the topics in it, and the stream while there is one. */
class Shard {
  readonly topics = new Set<string>();
  stream: Stream | null = null;
  heardAt = 0;
  isKept = false;

  constructor(readonly channel: string) {}
}

/** One instance's streams, and what it says. */
export class UpstashCarrier implements Carrier {
  readonly #shards: Shard[];
  readonly #beating: ReturnType<typeof setInterval>;
  #queue: Saying[] = [];
  #queueSize = 0;
  #isSending = false;
  #isClosed = false;

  constructor(
    readonly upstash: UpstashPubSub,
    readonly events: CarrierEvents,
    readonly options: UpstashBusOptions = upstashBusDefaults,
  ) {
    this.#shards = Array.from(
      { length: options.shards },
      (_, shard) => new Shard(sharedChannelOf(shard)),
    );
    this.#beating = setInterval(() => this.#beat(), options.beatMs);
  }

  /** All channels that are to be heard are heard. */
  get isUp(): boolean {
    return this.#shards.every(({ isKept, stream }) => !isKept || stream !== null);
  }

  publish(topic: string, text: string): void {
    this.#say({ channel: this.#shardOf(topic).channel, text });
  }

  join(topic: string): void {
    const shard = this.#shardOf(topic);
    shard.topics.add(topic);
    if (!shard.isKept) void this.#keep(shard);
  }

  leave(topic: string): void {
    this.#shardOf(topic).topics.delete(topic);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#beating);
    for (const { stream } of this.#shards) stream?.close();
    return Promise.resolve();
  }

  #shardOf(topic: string): Shard {
    return this.#shards[shardOf(topic, this.options.shards)]!;
  }

  // What does not fit is lost, as it may be: the other instances find it in the database.
  #say(saying: Saying): void {
    if (this.#queueSize + saying.text.length > queueMax) return;
    this.#queueSize += saying.text.length;
    this.#queue.push(saying);
    if (this.#isSending) return;
    this.#isSending = true;
    setTimeout(() => void this.#sendAll(), this.options.gatherMs);
  }

  // One request at a time keeps the order, and gathers what comes meanwhile.
  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#isClosed) {
      const batch = this.#nextBatch();
      // It may have arrived or not; said again it would come late.
      await this.upstash.publishAll(batch).catch(() => {});
    }
    this.#isSending = false;
  }

  #nextBatch(): Saying[] {
    let size = 0;
    let count = 0;
    for (const { text } of this.#queue) {
      if (count > 0 && (size + text.length > requestMax || count >= sayingsMax)) break;
      size += text.length;
      count++;
    }
    this.#queueSize -= size;
    return this.#queue.splice(0, count);
  }

  async #keep(shard: Shard): Promise<void> {
    shard.isKept = true;
    for (let tries = 0; !this.#isClosed; tries++) {
      try {
        shard.heardAt = performance.now();
        shard.stream = await this.upstash.listen(shard.channel, (text) => this.#hear(shard, text));
        tries = 0;
        if (this.#isClosed) return shard.stream.close();
        this.events.heard([...shard.topics]);
        await shard.stream.ended;
      } catch {
        // It is away; what is lost until it is back is found in the database.
      }
      shard.stream = null;
      await pause(Math.min(retryMaxMs, retryMinMs * 2 ** tries) * (0.5 + Math.random() / 2));
    }
  }

  #hear(shard: Shard, text: string): void {
    shard.heardAt = performance.now();
    if (text === beat) return;
    const { topics } = shard;
    this.events.found(text, (topic) => this.#shardOf(topic) === shard && topics.has(topic));
  }

  // A network can end a stream without a word.
  #beat(): void {
    const silentSince = performance.now() - 2.5 * this.options.beatMs;
    for (const { channel, stream, heardAt } of this.#shards) {
      if (stream === null) continue;
      if (heardAt < silentSince) stream.close();
      else this.#say({ channel, text: beat });
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
