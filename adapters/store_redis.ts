/** The store on Redis: scripts run there, known by their digest. */
import { createHash } from "node:crypto";
import type { RedisLink } from "./redis_link.ts";
import type { ScriptHost } from "./store_scripts.ts";

/** Runs scripts over a link. */
export class RedisScripts implements ScriptHost {
  readonly #digests = new Map<string, string>();

  constructor(readonly link: Pick<RedisLink, "call" | "isCluster">) {}

  /** Keys of one call must lie in one slot. */
  get isCluster(): boolean {
    return this.link.isCluster;
  }

  /**
   * Runs a script on keys with arguments.
   * @throws when Redis is away.
   */
  async run<T>(script: string, keys: readonly string[], args: readonly string[]): Promise<T> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.link.call<T>(keys[0]!, ["EVALSHA", this.#digestOf(script), ...rest]);
    } catch (error) {
      // It has forgotten its scripts with its process.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return await this.link.call<T>(keys[0]!, ["EVAL", script, ...rest]);
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
