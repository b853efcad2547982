/** One media worker as the server holds it: a task at a time, the bytes it asks for, and its end. */
import type { MediaFile } from "../domain/app.ts";
import type { FromWorker, MediaResult, MediaTask, ToWorker } from "./media_messages.ts";

const endWithinMs = 1_000;

/** What a thread tells whoever has it. */
export interface ThreadEvents {
  /** It has done its task and takes another. */
  free(thread: MediaThread): void;
  /** It has done its task and takes no other. */
  spent(thread: MediaThread): void;
  /** It has failed. */
  broken(thread: MediaThread, reason: string): void;
}

/** A worker. One that is late keeps its place: the runtime cannot stop a worker that is busy. */
export class MediaThread {
  readonly #worker: Worker;
  #task: { file: MediaFile; settle(result: MediaResult): void } | undefined;
  #ended: (() => void) | undefined;
  /** Whether whoever asked has stopped waiting for what it does. */
  isLate = false;

  constructor(script: URL, readonly events: ThreadEvents) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      // Else it would end the process.
      event.preventDefault();
      this.#finish(null);
      events.broken(this, event.message);
    };
  }

  /** Begins a task. */
  start(task: MediaTask, file: MediaFile, settle: (result: MediaResult) => void): void {
    this.#task = { file, settle };
    this.#say({ task });
  }

  #say(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #hear(message: FromWorker): void {
    if ("ended" in message) return this.#ended?.();
    if ("reading" in message) return void this.#read(message);
    this.isLate = false;
    this.#finish(message.result);
    if (message.isSpent) this.events.spent(this);
    else this.events.free(this);
  }

  #finish(result: MediaResult): void {
    this.#task?.settle(result);
    this.#task = undefined;
  }

  async #read({ reading, start, end }: { reading: number; start: number; end: number }) {
    // A store that fails is no fault of the file's: it has no preview, and its reader will hear of it.
    const bytes = await this.#task?.file.read(start, end).catch(() => null) ?? null;
    this.#say({ reading, bytes }, bytes === null ? [] : [bytes.buffer]);
  }

  /** Ends it: at once when it is busy, else when it has let go of its memory. */
  async end(): Promise<void> {
    const isBusy = this.#task !== undefined;
    this.#finish(null);
    if (!isBusy) {
      const ended = Promise.withResolvers<void>();
      const timer = setTimeout(ended.resolve, endWithinMs);
      this.#ended = ended.resolve;
      this.#say({ end: true });
      await ended.promise;
      clearTimeout(timer);
    }
    this.#worker.terminate();
  }
}
