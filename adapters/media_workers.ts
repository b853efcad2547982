/** Thumbnails and durations by a few workers, which are there only while there is something to do. */
import type { Log, Media, MediaFile, Playing, Thumbnail } from "../domain/app.ts";
import type { MediaResult, MediaTask } from "./media_messages.ts";
import { MediaThread } from "./media_thread.ts";

/** How many, how long, how much; each with nothing to show as the consequence. */
export interface MediaLimits {
  readonly workersMax: number;
  readonly waitingMax: number;
  readonly withinMs: number;
  /** After so long without a task a worker is ended. */
  readonly idleMs: number;
  readonly pixelsMax: number;
  readonly pictureBytesMax: number;
}

interface Job {
  readonly kind: MediaTask["kind"];
  readonly file: MediaFile;
  readonly endsAt: number;
  readonly settle: (result: MediaResult) => void;
  thread?: MediaThread;
}

const ownScript = new URL("./media_worker.ts", import.meta.url);

/** The port `Media` on workers of this process. */
export class MediaWorkers implements Media {
  readonly #threads = new Set<MediaThread>();
  readonly #free = new Map<MediaThread, ReturnType<typeof setTimeout>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting = new Set<Job>();
  readonly #jobs = new Set<Job>();
  #isClosed = false;

  constructor(
    readonly limits: MediaLimits,
    readonly log: Pick<Log, "warn">,
    readonly script = ownScript,
  ) {}

  /** How many workers there are. */
  get count(): number {
    return this.#threads.size;
  }

  /** A small picture of a JPEG, PNG, WebP or GIF. */
  async thumbnail(file: MediaFile): Promise<Thumbnail | null> {
    if (file.size > this.limits.pictureBytesMax) return null;
    return await this.#ask("thumbnail", file) as Thumbnail | null;
  }

  /** How long it plays. */
  async playing(file: MediaFile): Promise<Playing | null> {
    return await this.#ask("playing", file) as Playing | null;
  }

  #ask(kind: MediaTask["kind"], file: MediaFile): Promise<MediaResult> {
    if (!this.#mayWait()) return Promise.resolve(null);
    const { promise, resolve } = Promise.withResolvers<MediaResult>();
    const { withinMs } = this.limits;
    const timer = setTimeout(() => this.#giveUp(job), withinMs);
    const job: Job = {
      kind,
      file,
      endsAt: performance.now() + withinMs,
      settle: (result) => {
        clearTimeout(timer);
        this.#jobs.delete(job);
        resolve(result);
      },
    };
    this.#jobs.add(job);
    this.#waiting.add(job);
    this.#assign();
    return promise;
  }

  // Nothing is waited for that no worker will come to.
  #mayWait(): boolean {
    const { waitingMax, workersMax } = this.limits;
    const areAllLate = [...this.#threads].filter(({ isLate }) => isLate).length === workersMax;
    // Some places at the edge have no workers at all.
    const isPossible = "Worker" in globalThis && !this.#isClosed;
    return isPossible && !areAllLate && this.#waiting.size < waitingMax;
  }

  #giveUp(job: Job): void {
    this.#waiting.delete(job);
    if (job.thread !== undefined) {
      job.thread.isLate = true;
      this.log.warn("media worker late", { task: job.kind, bytes: job.file.size });
    }
    job.settle(null);
  }

  #assign(): void {
    for (const job of this.#waiting) {
      const thread = this.#take();
      if (thread === undefined) return;
      this.#waiting.delete(job);
      job.thread = thread;
      const withinMs = job.endsAt - performance.now();
      const task = {
        kind: job.kind,
        size: job.file.size,
        withinMs,
        pixelsMax: this.limits.pixelsMax,
      };
      thread.start(task, job.file, job.settle);
    }
  }

  #take(): MediaThread | undefined {
    for (const [thread, timer] of this.#free) {
      clearTimeout(timer);
      this.#free.delete(thread);
      return thread;
    }
    if (this.#threads.size >= this.limits.workersMax) return undefined;
    const thread = new MediaThread(this.script, {
      free: (thread) => this.#rest(thread),
      spent: (thread) => this.#replace(thread),
      broken: (thread, reason) => {
        this.log.warn("media worker broken", { reason });
        this.#replace(thread);
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #rest(thread: MediaThread): void {
    this.#free.set(thread, setTimeout(() => this.#end(thread), this.limits.idleMs));
    this.#assign();
  }

  #replace(thread: MediaThread): void {
    this.#end(thread);
    this.#assign();
  }

  #end(thread: MediaThread): void {
    clearTimeout(this.#free.get(thread));
    this.#free.delete(thread);
    this.#threads.delete(thread);
    const ending = thread.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Ends all workers; whoever waits gets nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    for (const thread of this.#threads) this.#end(thread);
    for (const job of this.#jobs) job.settle(null);
    await Promise.all(this.#ending);
  }
}
