/** Closes gaps: asks for the changes that are missing, one conversation at a time for each. */
import type { ConversationCopy } from "./reducer.ts";
import type { ChangesPage } from "./wire.ts";

/** Asks the server for the changes of a conversation after a `rev`. */
export type AskChanges = (id: string, afterRev: number) => Promise<ChangesPage>;

const atOnceMax = 4;

/** Brings copies up to a `rev`. */
export class CatchUp {
  readonly #wanted = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #asking = 0;

  constructor(readonly ask: AskChanges) {}

  /** Whether changes of a conversation are being asked for. */
  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  /** Resolves when a copy has all up to `rev`; who wants more meanwhile has it before that too. */
  reach(copy: ConversationCopy, rev: number): Promise<void> {
    const { id } = copy;
    this.#wanted.set(id, Math.max(rev, this.#wanted.get(id) ?? 0));
    const running = this.#running.get(id) ?? this.#run(copy);
    // It may have found nothing to do.
    if (this.#wanted.has(id)) this.#running.set(id, running);
    return running;
  }

  async #run(copy: ConversationCopy): Promise<void> {
    if (this.#asking === atOnceMax) await new Promise<void>((go) => this.#waiting.push(go));
    this.#asking++;
    try {
      for (let isEnd = false; !isEnd && copy.rev < this.#wanted.get(copy.id)!;) {
        const page = await this.ask(copy.id, copy.rev);
        // What came live meanwhile may be more. To a former member there is an end before the last.
        isEnd = copy.take(page) !== "taken" && !page.hasMore;
      }
    } finally {
      this.#asking--;
      this.#waiting.shift()?.();
      this.#running.delete(copy.id);
      this.#wanted.delete(copy.id);
    }
  }
}
