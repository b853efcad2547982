/** Keeps the index of messages close behind the conversations, without holding up those who send. */
import type { AppParts } from "./app.ts";
import { type BatchSize, findLagging, indexConversations } from "./message_index.ts";

// What is sent within this time is indexed together.
const gatherMs = 200;
const lookEveryMs = 60_000;
const lookAtOnce = 1_000;
// A whole round at the start, then so many conversations each time: further ones the next time.
const slicesMax = 20;
const retryMsMax = 60_000;
const conversationsAtOnce = 20;
const firstId = "00000000-0000-0000-0000-000000000000";

// The embedded database has one connection, and works on the thread that serves.
const sizes: Record<AppParts["database"]["kind"], BatchSize> = {
  postgres: { messages: 500, units: 200_000 },
  pglite: { messages: 50, units: 50_000 },
};
// It rests this many times as long as it worked, longer while much is sent: sends come first.
const restShare = 2;
const restShareBusy = 30;
const busyPerMs = 0.5;

type Parts = Pick<AppParts, "database" | "log">;

/** Indexes what has changed here, and looks for what was changed elsewhere or before. */
export class MessageIndexing {
  readonly #waiting = new Set<string>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #running: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #isScheduled = false;
  #isClosed = false;
  #failures = 0;
  #notes = 0;
  #endedAt = 0;
  #place = firstId;

  constructor(readonly parts: Parts) {}

  /** How much is indexed at once. */
  get size(): BatchSize {
    return sizes[this.parts.database.kind];
  }

  /** Begins to look for conversations that lag. */
  start(): void {
    this.#later(gatherMs, () => this.#looking = this.#look(Infinity));
  }

  /** Something has changed in a conversation. */
  note(conversationId: string): void {
    this.#waiting.add(conversationId);
    this.#notes++;
    if (!this.#isScheduled) this.#schedule(gatherMs);
  }

  /** Ends; a batch that is under way is finished first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([this.#running, this.#looking]);
  }

  #later(ms: number, act: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #schedule(ms: number): void {
    this.#isScheduled = true;
    this.#later(ms, () => this.#running = this.#run());
  }

  async #run(): Promise<void> {
    const startedAt = performance.now();
    // After a failure one at a time: what fails for one must not hold up the others.
    const count = this.#failures === 0 ? conversationsAtOnce : 1;
    const batch = [...this.#waiting].slice(0, count);
    for (const id of batch) this.#waiting.delete(id);
    let restMs = 0;
    try {
      const unfinished = await indexConversations(this.parts, batch, { size: this.size });
      for (const id of unfinished) this.#waiting.add(id);
      restMs = this.#share() * (performance.now() - startedAt);
      this.#failures = 0;
    } catch (error) {
      for (const id of batch) this.#waiting.add(id);
      restMs = this.#failed(error);
    }
    this.#isScheduled = false;
    if (this.#waiting.size > 0) this.#schedule(Math.max(restMs, gatherMs / 10));
  }

  // By how much has changed since the batch before.
  #share(): number {
    const now = performance.now();
    const isBusy = this.#notes > busyPerMs * (now - this.#endedAt);
    this.#notes = 0;
    this.#endedAt = now;
    return isBusy ? restShareBusy : restShare;
  }

  // An outage is told once, not once a try.
  #failed(error: unknown): number {
    if (this.#failures++ === 0 && !this.#isClosed) {
      this.parts.log.error("message indexing failed", error);
    }
    return Math.min(1_000 * 2 ** this.#failures, retryMsMax);
  }

  async #look(slices: number): Promise<void> {
    try {
      for (let slice = 0; slice < slices && !this.#isClosed; slice++) {
        const range = { after: this.#place, count: lookAtOnce };
        const { ids, next } = await findLagging(this.parts, range);
        for (const id of ids) this.note(id);
        this.#place = next ?? firstId;
        if (next === null) break;
      }
    } catch (error) {
      this.#failed(error);
    }
    this.#later(lookEveryMs, () => this.#looking = this.#look(slicesMax));
  }
}
