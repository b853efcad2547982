/** Postgres in the process: PGlite, and another one on the same folder when the first has panicked. */
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { join } from "node:path";
import { fail } from "../errors.ts";
import type { Orm } from "./client.ts";
import * as schema from "./schema/mod.ts";

/** Where its files lie; in memory without a folder. */
export interface EmbeddedOptions {
  readonly folder?: string | undefined;
  /** A data folder as a tar to begin with. */
  readonly snapshot?: Blob | undefined;
}

const retryMs = 1_000;
const retryMsMax = 30_000;
// A segment of the write-ahead log, which is what a full disk has no room for, and some more.
const roomBytes = 24 * 1_048_576;

const panicked = new WeakMap<PGlite, unknown>();
const onPanic = new WeakMap<PGlite, () => void>();

// After a panic, as when the disk is full, a server process would end. PGlite does not: its next call
// would never return, and hold the event loop for ever. So there must be no next call.
class Guarded extends PGlite {
  override execProtocol(...call: Parameters<PGlite["execProtocol"]>) {
    return this.#guard(() => super.execProtocol(...call));
  }

  override execProtocolStream(...call: Parameters<PGlite["execProtocolStream"]>) {
    return this.#guard(() => super.execProtocolStream(...call));
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    if (panicked.has(this)) {
      throw fail("unavailable", { retryAfterMs: retryMs, cause: panicked.get(this) });
    }
    try {
      return await call();
    } catch (error) {
      const { severity } = error as { severity?: unknown };
      if (severity === "PANIC" || severity === "FATAL") {
        panicked.set(this, error);
        onPanic.get(this)?.();
      }
      throw error;
    }
  }
}

async function open({ folder, snapshot }: EmbeddedOptions): Promise<PGlite> {
  const options: PGliteOptions = {
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(snapshot === undefined ? {} : { loadDataDir: snapshot }),
  };
  const client = new Guarded(options);
  await client.waitReady;
  return client;
}

// Each try to open costs hundreds of megabytes: so none is made before there is room.
async function hasRoom(folder: string): Promise<boolean> {
  const path = join(folder, "room");
  try {
    await Deno.writeFile(path, new Uint8Array(roomBytes));
    return true;
  } catch {
    return false;
  } finally {
    await Deno.remove(path).catch(() => {});
  }
}

/** An embedded Postgres that comes back by itself once its disk has room again. */
export class Embedded {
  /** Drizzle on whichever instance is the present one. */
  readonly orm: Orm;
  #client: PGlite;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  private constructor(readonly options: EmbeddedOptions, client: PGlite) {
    this.#client = client;
    this.orm = this.#makeOrm();
    onPanic.set(client, () => this.#retryIn(retryMs));
  }

  /** Opens it, and makes it where there is none. */
  static async open(options: EmbeddedOptions): Promise<Embedded> {
    return new Embedded(options, await open(options));
  }

  /** One statement, without Drizzle. */
  async query(text: string, params: unknown[]): Promise<Record<string, unknown>[]> {
    return (await this.#client.query<Record<string, unknown>>(text, params)).rows;
  }

  #makeOrm(): Orm {
    const client: Pick<PGlite, "query" | "transaction"> = {
      query: (...statement) => this.#client.query(...statement),
      transaction: (act) => this.#client.transaction(act),
    };
    const config = { schema, casing: "snake_case" } as const;
    return drizzle({ client: client as PGlite, ...config }) as unknown as Orm;
  }

  #retryIn(ms: number): void {
    // What was in memory is lost with its process.
    if (this.#isClosed || this.options.folder === undefined) return;
    const { folder } = this.options;
    this.#timer = setTimeout(() => void this.#retry(folder, ms), ms);
  }

  async #retry(folder: string, afterMs: number): Promise<void> {
    try {
      if (await hasRoom(folder)) return this.#take(await open({ folder }));
    } catch {
      // It is tried again, ever more seldom.
    }
    this.#retryIn(Math.min(2 * afterMs, retryMsMax));
  }

  #take(client: PGlite): void {
    if (this.#isClosed) return void client.close();
    this.#client = client;
    onPanic.set(client, () => this.#retryIn(retryMs));
  }

  /** Writes all there is to write and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (!panicked.has(this.#client)) await this.#client.close();
  }
}
