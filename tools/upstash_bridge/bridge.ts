/** Upstash's REST protocol in front of a Redis: commands, pipelines, transactions and subscriptions over HTTP. */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { createClient, MultiErrorReply, RESP_TYPES } from "redis";
import { type Answer, answered, type Encode, encodingOf, json } from "./answers.ts";
import {
  BadRequest,
  type Command,
  commandInBody,
  commandInPath,
  commandsInBody,
} from "./commands.ts";
import { streamOf } from "./streams.ts";

/** What it stands in front of, and who may pass. */
export interface BridgeOptions {
  readonly redisUrl: string;
  /** Asked of every request, as `Authorization: Bearer <token>`. */
  readonly token: string;
}

type Redis = ReturnType<typeof connectTo>;

/** A bridge; it answers requests and holds connections to Redis. */
export class UpstashBridge {
  readonly #redis: Redis;

  constructor(readonly options: BridgeOptions) {
    this.#redis = connectTo(options.redisUrl);
  }

  /** Resolves once Redis has answered for the first time, or when that takes longer than `withinMs`. */
  async reached(withinMs: number): Promise<void> {
    if (this.#redis.isReady) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#redis.once("ready", resolve);
    await promise;
    clearTimeout(timer);
  }

  /** Answers a request. */
  async fetch(request: Request): Promise<Response> {
    try {
      if (!this.#mayPass(request)) {
        return json({ error: "WRONGPASS invalid or missing token" }, 401);
      }
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof BadRequest) return json({ error: error.message }, error.status);
      // Its text may quote what a command held, but it goes to whoever sent the command.
      return json({ error: (error as Error).message }, isReply(error) ? 400 : 503);
    }
  }

  /** Closes the connection that commands go over. */
  close(): void {
    if (this.#redis.isOpen) this.#redis.destroy();
  }

  // Digests, so that neither length nor content shows in the time it takes.
  #mayPass(request: Request): boolean {
    const digest = (text: string) => createHash("sha256").update(text).digest();
    const given = request.headers.get("authorization") ?? "";
    return timingSafeEqual(digest(given), digest(`Bearer ${this.options.token}`));
  }

  async #answer(request: Request): Promise<Response> {
    if (request.method !== "GET" && request.method !== "POST") {
      throw new BadRequest("ERR only GET and POST", 405);
    }
    const encode = encodingOf(request);
    const [first = "", second] = new URL(request.url).pathname.slice(1).split("/");
    switch (first) {
      case "":
        return json(answered(await this.#run(await commandInBody(request)), encode));
      case "pipeline":
        return json(await this.#pipeline(await commandsInBody(request), encode));
      case "multi-exec":
        return json(await this.#transaction(await commandsInBody(request), encode));
      case "subscribe":
      case "psubscribe": {
        if (!second) throw new BadRequest("ERR expected a channel");
        const topic = { name: decodeURIComponent(second), isPattern: first === "psubscribe" };
        return await streamOf(this.options.redisUrl, topic);
      }
      default:
        return json(answered(await this.#run(await commandInPath(request)), encode));
    }
  }

  #run(command: Command): Promise<unknown> {
    return this.#redis.sendCommand(command);
  }

  async #pipeline(commands: readonly Command[], encode: Encode): Promise<Answer[]> {
    const settled = await Promise.allSettled(commands.map((command) => this.#run(command)));
    return settled.map((one) =>
      answered(one.status === "fulfilled" ? one.value : one.reason, encode)
    );
  }

  async #transaction(commands: readonly Command[], encode: Encode): Promise<Answer[]> {
    const multi = this.#redis.multi();
    for (const command of commands) multi.addCommand([...command]);
    const replies = await multi.exec().catch((error: unknown) => {
      if (error instanceof MultiErrorReply) return error.replies;
      throw error;
    });
    return replies.map((reply) => answered(reply, encode));
  }
}

function isReply(error: unknown): boolean {
  return error instanceof Error && /^[A-Z]+ /.test(error.message);
}

// As Redis 6 says it: flat arrays where newer clients would get maps, and strings as bytes.
function connectTo(url: string) {
  const client = createClient({ url, RESP: 2, disableOfflineQueue: true });
  // Each request is told; and the client tries again by itself.
  client.on("error", () => {});
  void client.connect().catch(() => {});
  return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}
