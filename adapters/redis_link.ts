/** The link to Redis: a session that is opened again whenever it ends, behind a breaker. */
import { ErrorReply } from "redis";
import type { Dependency, Log } from "../domain/app.ts";
import { type Breaker, breakerDefaults, breakerFor, type BreakerOptions } from "./breaker.ts";
import { type Address, openRedis, reasonOf, type RedisAccess } from "./redis_connection.ts";
import { openSession, type Place, type RedisSession } from "./redis_session.ts";

/** How the link is kept. */
export interface LinkOptions extends RedisAccess {
  readonly log: Log;
  /** Sharded channels where the server has them, or never. */
  readonly pubSub?: "sharded" | "plain";
  readonly breaker?: Partial<BreakerOptions>;
}

/** Connections that only listen. */
export interface Listening {
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  /** Resolves with the reason once it has ended. */
  readonly ended: Promise<string>;
  close(): void;
}

// What is said into a connection that does not answer is kept by the client until it is closed.
const unansweredMax = 16 * 1_048_576;
const askEveryMs = 1_000;
const earAnswersWithinMs = 4_000;
const complainEveryMs = 60_000;
const retryMinMs = 50;
const retryMaxMs = 2_000;

/** Redis, there or away: nothing waits for it to come back. */
export class RedisLink implements Dependency {
  readonly name = "redis";
  readonly #breaker: Breaker;
  readonly #asking: ReturnType<typeof setInterval>;
  #session: RedisSession | null = null;
  #unanswered = 0;
  #isClosed = false;
  #isSaid = true;
  #complainedAt = -Infinity;

  constructor(readonly options: LinkOptions) {
    this.#breaker = breakerFor({
      ...breakerDefaults,
      ...options.breaker,
      isAnswer: (error) => error instanceof ErrorReply,
      // Only a new connection forgets what waits in the old one.
      onBreak: () => this.#session?.close("it does not answer"),
    });
    this.#asking = setInterval(() => void this.#ask(), askEveryMs);
    void this.#keep();
  }

  /** Redis is connected and answers. */
  get isUp(): boolean {
    return this.#session !== null && this.#breaker.isClosed;
  }

  /** Keys of one command must lie in one slot. */
  get isCluster(): boolean {
    return this.#session?.isCluster ?? true;
  }

  /**
   * Sends a command to where a key lies.
   * @throws when Redis is away or does not answer in time.
   */
  async call<T>(key: string, args: readonly string[]): Promise<T> {
    const session = this.#session;
    if (session === null) throw new Error("Redis is away");
    return await this.#breaker.run(() => session.send<T>(key, args));
  }

  /** Says a text to whoever listens; while Redis is away, or behind, it is lost. */
  publish(channel: string, text: string): void {
    if (!this.isUp || this.#unanswered + text.length > unansweredMax) return;
    const session = this.#session!;
    this.#unanswered += text.length;
    session.publish({ channel, text, isSharded: this.#isSharded(session) })
      .catch((error) => this.#complain(error))
      .finally(() => this.#unanswered -= text.length);
  }

  /**
   * Where channels are listened to, by their slot, as it is now.
   * @throws when Redis is away or does not answer in time.
   */
  async places(): Promise<(slot: number) => Place> {
    const session = this.#session;
    if (session === null) throw new Error("Redis is away");
    const places = await this.#breaker.run(() => session.places());
    return this.#isSharded(session) ? places : (_slot) => ({ ...places(0), group: "" });
  }

  /**
   * Opens a connection that listens at a node.
   * @throws when Redis is away.
   */
  async listen(
    address: Address,
    listener: (text: string, channel: string) => void,
  ): Promise<Listening> {
    if (this.#session === null) throw new Error("Redis is away");
    const sharded = this.#isSharded(this.#session);
    const connection = await openRedis(this.options, address);
    const asking = setInterval(async () => {
      const late = setTimeout(() => connection.close("it does not answer"), earAnswersWithinMs);
      await connection.send(["PING"]).catch((error) => connection.close(reasonOf(error)));
      clearTimeout(late);
    }, askEveryMs);
    void connection.ended.then(() => clearInterval(asking));
    return {
      subscribe: (channels) => connection.subscribe({ channels, sharded, listener }),
      unsubscribe: (channels) => connection.unsubscribe({ channels, sharded, listener }),
      ended: connection.ended,
      close: () => connection.close("closed"),
    };
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#asking);
    this.#session?.close("closed");
  }

  #isSharded({ isSharded }: RedisSession): boolean {
    return isSharded && this.options.pubSub !== "plain";
  }

  async #keep(): Promise<void> {
    const { addresses } = this.options.target;
    for (let tries = 0; !this.#isClosed; tries++) {
      try {
        const session = await openSession(this.options, addresses[tries % addresses.length]!);
        if (this.#isClosed) return session.close("closed");
        tries = 0;
        this.#session = session;
        this.#say(null);
        this.#say(await session.ended);
      } catch (error) {
        this.#say(reasonOf(error));
      }
      this.#session = null;
      await pause(retryMs(tries));
    }
  }

  // While nothing else is asked: so that what is there, and what is not, is known.
  async #ask(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const question = session.isCluster ? ["EXISTS", "patter"] : ["PING"];
    const reason = await this.call("patter", question).then(() => null, reasonOf);
    // What has ended meanwhile has been spoken of.
    if (session === this.#session) this.#say(reason);
  }

  // A hint is lost, as it may be; but an access list that forbids it is to be known of.
  #complain(error: unknown): void {
    const now = performance.now();
    if (!this.isUp || now - this.#complainedAt < complainEveryMs) return;
    this.#complainedAt = now;
    this.options.log.warn("redis refused to publish", { reason: reasonOf(error) });
  }

  // Once for each time that it goes and comes.
  #say(awayBecause: string | null): void {
    if (this.#isClosed || this.#isSaid === (awayBecause === null)) return;
    this.#isSaid = awayBecause === null;
    if (awayBecause === null) this.options.log.info("redis is back");
    else this.options.log.warn("redis is away", { reason: awayBecause });
  }
}

// Spread, so that many instances do not come at once.
function retryMs(tries: number): number {
  return Math.min(retryMaxMs, retryMinMs * 2 ** tries) * (0.5 + Math.random() / 2);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
