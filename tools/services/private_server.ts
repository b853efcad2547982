/** The life of a private server: started, stopped, killed, paused, and gone when we are. */
import { type KeptProcess, startKept, type SystemUser } from "./kept_process.ts";
import { freePort } from "./ports.ts";
import { killTree, pauseTree, resumeTree } from "./process_tree.ts";

const startLimitMs = 60_000;
const stopLimitMs = 30_000;
const pollMs = 20;
const portTriesMax = 5;

/** What differs from one kind of server to the other. */
export interface ServerRecipe {
  name: string;
  /** Its own, temporary; holds the file `log`. */
  folder: string;
  user: SystemUser | undefined;
  command(port: number): string[];
  /** Readies the folder for a start; the last run may have been killed. */
  prepare(): Promise<void>;
  /** True if it is this server, of this folder, that answers; may throw while it starts. */
  answers(port: number): Promise<boolean>;
  /** Asks for an orderly end. */
  stopSignal: Deno.Signal;
  /** Ends it at once, children included. */
  endSignal: Deno.Signal;
}

/** A server process on a loopback port, for one test run alone. */
export class PrivateServer implements AsyncDisposable {
  #process: KeptProcess | undefined;
  #port = 0;

  constructor(readonly recipe: ServerRecipe) {}

  /** Stays the same from one start to the next. */
  get port(): number {
    return this.#port;
  }

  /** Where its files lie until it is disposed of. */
  get folder(): string {
    return this.recipe.folder;
  }

  /** The process at the top of the server's own. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it, after stop() or kill() on the same folder and port. */
  async start(): Promise<void> {
    if (this.#process?.gone === false) throw new Error(`${this.recipe.name} runs already`);
    if (this.#port !== 0) return await this.#startOn(this.#port);
    for (let tries = 1;; tries++) {
      const port = freePort();
      try {
        await this.#startOn(port);
        this.#port = port;
        return;
      } catch (error) {
        // Somebody else may take the port between our look and the server's.
        const clash = error instanceof Error && /in use|could not bind/i.test(error.message);
        if (!clash || tries === portTriesMax) throw error;
      }
    }
  }

  /** Ends it in good order; start() brings it back. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (!process || process.gone) return;
    await resumeTree(process.pid);
    Deno.kill(process.pid, this.recipe.stopSignal);
    const timer = setTimeout(() => killTree(process.pid), stopLimitMs);
    await process.whenGone();
    clearTimeout(timer);
  }

  /** Kills all its processes at once, as a power cut would; start() brings it back. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (!process || process.gone) return;
    await killTree(process.pid);
    await process.whenGone();
  }

  /** Freezes it: connections stay open, nothing answers. */
  async pause(): Promise<void> {
    await pauseTree(this.#running().pid);
  }

  /** Ends a pause. */
  async resume(): Promise<void> {
    await resumeTree(this.#running().pid);
  }

  /** Ends it for good and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    if (!process.gone) await resumeTree(process.pid);
    await process.end();
  }

  #running(): KeptProcess {
    if (this.#process?.gone === false) return this.#process;
    throw new Error(`${this.recipe.name} does not run`);
  }

  async #startOn(port: number): Promise<void> {
    const { command, folder, endSignal, user, prepare } = this.recipe;
    await prepare();
    const before = this.#process;
    this.#process = await startKept({ command: command(port), folder, endSignal, user });
    // Only now: in between, the keeper of the last run watched over the folder.
    await before?.release();
    await this.#ready(port, this.#process);
  }

  async #ready(port: number, process: KeptProcess): Promise<void> {
    const { name, folder } = this.recipe;
    const limit = Date.now() + startLimitMs;
    while (!process.gone) {
      if (await this.recipe.answers(port).catch(() => false)) return;
      if (Date.now() > limit) throw new Error(`${name} is not ready after ${startLimitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    const log = await Deno.readTextFile(`${folder}/log`);
    throw new Error(
      `${name} ended while starting: ${log.trim().split("\n").slice(-10).join("\n")}`,
    );
  }
}
