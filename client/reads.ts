/** Reading: the watermark moves here at once, and at the server as soon as it hears of it. */
import type { Conversations } from "./conversations.ts";
import type { Link } from "./link.ts";
import { isPassing } from "./problems.ts";

/** What reading needs. */
export interface ReadsParts {
  readonly link: Link;
  readonly conversations: Conversations;
  readonly changed: (conversationId: string) => void;
}

/** The watermarks of one user. */
export class Reads {
  readonly #telling = new Set<string>();

  constructor(readonly parts: ReadsParts) {}

  /** Marks all up to `seq` as read; never back. */
  read(id: string, seq: number): void {
    const { conversations, changed } = this.parts;
    const view = conversations.view(id);
    if (view === undefined) return;
    const { readSeq, markedUnread } = view.my;
    const reached = Math.min(seq, view.lastSeq);
    if (reached <= readSeq && markedUnread === undefined) return;
    conversations.readAhead.set(id, Math.max(reached, readSeq));
    changed(id);
    void this.#tell(id);
  }

  /** Tells the server what it has not heard of. */
  tellAll(): void {
    for (const id of this.parts.conversations.readAhead.keys()) void this.#tell(id);
  }

  // One at a time: of all that is read while an answer is on its way, only the last counts.
  async #tell(id: string): Promise<void> {
    if (this.#telling.has(id)) return;
    this.#telling.add(id);
    try {
      while (await this.#tellOnce(id));
    } catch (error) {
      // A refusal is final; all else is told again after the next sync.
      if (!isPassing(error)) this.parts.conversations.readAhead.delete(id);
    } finally {
      this.#telling.delete(id);
    }
  }

  /** Whether there was something to tell. */
  async #tellOnce(id: string): Promise<boolean> {
    const { link, conversations: { readAhead, byId } } = this.parts;
    const seq = readAhead.get(id);
    if (seq === undefined) return false;
    const read = await link.request("conversation.read", { conversationId: id, seq });
    const copy = byId.get(id);
    if (copy?.my && copy.my.readSeq < read.readSeq) copy.mine({ ...copy.my, ...read });
    if (readAhead.get(id) === seq) readAhead.delete(id);
    return true;
  }
}
