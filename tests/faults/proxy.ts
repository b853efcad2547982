/** A stretch of network on loopback that can be cut, slowed, silenced, or lost on one side only. */
import { freePort } from "../../tools/services/ports.ts";

/** What a link does with what comes: pass it on, refuse it, take its time, or say nothing. */
export type LinkState = "open" | "cut" | "slow" | "silent";

/** A connection through a link. */
interface Pipe {
  readonly near: Deno.Conn;
  far: Deno.Conn | null;
  /** The far side is gone and nobody tells the near one. */
  isHalf: boolean;
}

const chunkBytes = 16_384;

function endQuietly(connection: Deno.Conn | null): void {
  try {
    connection?.close();
  } catch {
    // Either side may have closed it before us.
  }
}

/** Listens on a port of its own and carries connections to another. */
export class Link implements Disposable {
  readonly port = freePort();
  /** Where it leads to now; a restarted server may listen elsewhere. */
  target = 0;
  #state: LinkState = "open";
  #delayMs = 0;
  #opened = Promise.resolve();
  #open: () => void = () => {};
  readonly #pipes = new Set<Pipe>();
  readonly #listener: Deno.TcpListener;

  constructor(target = 0) {
    this.target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    void this.#accept();
  }

  /** Where clients of it connect to. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Changes what it does with all connections, old and new; `slow` delays each piece up to `delayMs`. */
  become(state: LinkState, delayMs = 0): void {
    this.#open();
    this.#state = state;
    this.#delayMs = state === "slow" ? delayMs : 0;
    this.#opened = state === "silent"
      ? new Promise((resolve) => this.#open = resolve)
      : Promise.resolve();
    if (state === "cut") this.#endAll();
  }

  /** Every connection loses its far side; its near side hears nothing of it, now or later. */
  lose(): void {
    for (const pipe of this.#pipes) {
      pipe.isHalf = true;
      endQuietly(pipe.far);
    }
  }

  #endAll(): void {
    for (const pipe of this.#pipes) this.#end(pipe);
  }

  #end(pipe: Pipe): void {
    this.#pipes.delete(pipe);
    endQuietly(pipe.near);
    endQuietly(pipe.far);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) void this.#connect(near);
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    const pipe: Pipe = { near, far: null, isHalf: false };
    this.#pipes.add(pipe);
    try {
      await this.#opened;
      if (this.#state === "cut" || !this.#pipes.has(pipe)) return this.#end(pipe);
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.target });
      if (!this.#pipes.has(pipe)) return endQuietly(far);
      pipe.far = far;
      near.setNoDelay(true);
      far.setNoDelay(true);
      void this.#carry(pipe, near, far);
      void this.#carry(pipe, far, near);
    } catch {
      // Nobody listens there: for whoever asked it looks like that too.
      this.#end(pipe);
    }
  }

  async #carry(pipe: Pipe, from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const chunk = new Uint8Array(chunkBytes);
    try {
      for (let size = await from.read(chunk); size !== null; size = await from.read(chunk)) {
        await this.#opened;
        if (this.#delayMs > 0) await this.#delay();
        if (!pipe.isHalf) await writeAll(to, chunk.subarray(0, size));
      }
    } catch {
      // A side that breaks off ends the connection, as a real one does.
    }
    if (!pipe.isHalf || from === pipe.near) this.#end(pipe);
  }

  #delay(): Promise<void> {
    const ms = Math.random() * this.#delayMs;
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    this.#endAll();
    this.#open();
  }
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await to.write(rest));
}
