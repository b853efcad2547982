/** The link to Redis over HTTP: commands by `@upstash/redis`, behind a breaker, and streams of what is published. */
import { createHash } from "node:crypto";
import { errors, Redis } from "@upstash/redis";
import type { Log } from "../domain/app.ts";
import { type Breaker, breakerDefaults, breakerFor, type BreakerOptions } from "./breaker.ts";
import type { ScriptHost } from "./store_scripts.ts";

/** Where it is, and how one gets in. */
export interface UpstashAccess {
  readonly url: string;
  readonly token: string;
  readonly log: Log;
  readonly breaker?: Partial<BreakerOptions>;
}

/** A channel that is being listened to. */
export interface Listening {
  /** Resolves once nothing more comes. */
  readonly ended: Promise<void>;
  close(): void;
}

const askEveryMs = 1_000;
const openWithinMs = 5_000;
const lineMax = 8 * 1_048_576;
const dataPrefix = "data: ";

/** Redis over HTTP, there or away. */
export class UpstashLink implements ScriptHost {
  /** One key or many: it is not ours to know. */
  readonly isCluster = false;
  readonly #redis: Redis;
  readonly #breaker: Breaker;
  readonly #digests = new Map<string, string>();
  #isAway = false;
  #isClosed = false;

  constructor(readonly access: UpstashAccess) {
    const { url, token, breaker } = access;
    const options = { ...breakerDefaults, ...breaker };
    this.#redis = new Redis({
      url,
      token,
      automaticDeserialization: false,
      enableTelemetry: false,
      readYourWrites: false,
      latencyLogging: false,
      // The breaker decides what is tried again, and when.
      retry: { retries: 0, backoff: () => 0 },
      signal: () => AbortSignal.timeout(options.answerWithinMs),
    });
    const isAnswer = (error: unknown) => error instanceof errors.UpstashError;
    const onBreak = () => void this.#awaitReturn();
    this.#breaker = breakerFor({ ...options, isAnswer, onBreak });
  }

  /** Stops looking whether it has come back. */
  close(): void {
    this.#isClosed = true;
  }

  // Only while it is away: each request is paid for. What a failure says may quote the command.
  async #awaitReturn(): Promise<void> {
    if (this.#isAway) return;
    this.#isAway = true;
    this.access.log.warn("upstash is away");
    while (!this.isUp && !this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
      await this.#breaker.run(() => this.#redis.ping()).catch(() => {});
    }
    this.#isAway = false;
    if (!this.#isClosed) this.access.log.info("upstash is back");
  }

  /** The last calls were answered, as far as is known. */
  get isUp(): boolean {
    return this.#breaker.isClosed;
  }

  /**
   * Runs a script on keys with arguments.
   * @throws when the service is away.
   */
  async run<T>(script: string, keys: readonly string[], args: readonly string[]): Promise<T> {
    const [theirs, rest] = [[...keys], [...args]];
    return await this.#breaker.run(async () => {
      const sha = this.#digestOf(script);
      try {
        return await this.#redis.evalsha<string[], T>(sha, theirs, rest);
      } catch (error) {
        if (!(error instanceof Error && error.message.includes("NOSCRIPT"))) throw error;
        return await this.#redis.eval<string[], T>(script, theirs, rest);
      }
    });
  }

  /**
   * Publishes texts in one request.
   * @throws when the service is away.
   */
  async publishAll(texts: readonly { channel: string; text: string }[]): Promise<void> {
    await this.#breaker.run(async () => {
      const pipeline = this.#redis.pipeline();
      for (const { channel, text } of texts) pipeline.publish(channel, text);
      await pipeline.exec();
    });
  }

  /**
   * Listens to a channel; resolves once all that is published from now on will be heard. Not by the
   * library: its subscriber does not tell that a stream has ended, and opens no other.
   * @throws when the service is away.
   */
  async listen(channel: string, listener: (text: string) => void): Promise<Listening> {
    const control = new AbortController();
    const late = setTimeout(() => control.abort(), openWithinMs);
    try {
      const response = await fetch(`${this.access.url}/subscribe/${encodeURIComponent(channel)}`, {
        method: "POST",
        headers: { authorization: `Bearer ${this.access.token}`, accept: "text/event-stream" },
        signal: control.signal,
      });
      if (!response.ok) throw new Error(`The subscription was refused with ${response.status}`);
      const events = eventsOf(response.body!);
      // The first says that the subscription stands.
      await events.next();
      return {
        ended: pass(events, `message,${channel},`, listener),
        close: () => control.abort(),
      };
    } catch (error) {
      control.abort();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  #digestOf(script: string): string {
    let digest = this.#digests.get(script);
    if (digest === undefined) {
      digest = createHash("sha1").update(script).digest("hex");
      this.#digests.set(script, digest);
    }
    return digest;
  }
}

// The data of server-sent events, one line each.
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > lineMax) throw new Error("A line of the stream has no end");
    for (const line of lines) if (line.startsWith(dataPrefix)) yield line.slice(dataPrefix.length);
  }
}

async function pass(
  events: AsyncGenerator<string>,
  prefix: string,
  listener: (text: string) => void,
): Promise<void> {
  try {
    for await (const event of events) {
      if (event.startsWith(prefix)) listener(event.slice(prefix.length));
    }
  } catch {
    // Cut, or closed by us: it has ended either way.
  }
}
