/** A client's memory: it puts `Changes` over what it holds, by the contract's rules and nothing else. */
import { strict as assert } from "node:assert";
import type {
  Changes,
  Conversation,
  ConversationState,
  Member,
} from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";

/** One conversation as a client holds it. */
export class Held {
  readonly messages = new Map<number, Message>();
  readonly members = new Map<string, Member>();
  conversation: ConversationState | null = null;
  rev = 0;

  /** Takes changes; false when there is a gap, which must be filled first. */
  take(changes: Changes): boolean {
    if (changes.prevRev > this.rev) return false;
    if (changes.rev <= this.rev) return true;
    for (const message of changes.messages) {
      if (message.rev > this.rev) this.messages.set(message.seq, message);
    }
    for (const member of changes.members) {
      if (member.rev > this.rev) this.members.set(member.userId, member);
    }
    const { conversation } = changes;
    if (conversation !== null && conversation.rev > this.rev) this.conversation = conversation;
    this.rev = changes.rev;
    return true;
  }

  /** History that begins later than it did: a former member who came back. */
  beginAt(firstSeq: number): void {
    for (const seq of this.messages.keys()) if (seq < firstSeq) this.messages.delete(seq);
  }

  /** As plain values in a fixed order, to be compared. */
  get plain() {
    return {
      rev: this.rev,
      conversation: this.conversation,
      messages: [...this.messages.values()].sort((a, b) => a.seq - b.seq),
      members: [...this.members.values()].sort((a, b) => a.userId < b.userId ? -1 : 1),
    };
  }
}

/** What changes a client asks the server for. */
export type AskChanges = (id: string, afterRev: number) => Promise<Changes & { hasMore: boolean }>;

/** All conversations of a client. */
export class Memory {
  readonly held = new Map<string, Held>();
  syncCursor: string | undefined;

  /** What is held of a conversation, from nothing on. */
  of(id: string): Held {
    const held = this.held.get(id) ?? new Held();
    this.held.set(id, held);
    return held;
  }

  /** Fills what lies between what is held and what there is now; nothing that was held comes again. */
  async catchUp(id: string, ask: AskChanges): Promise<void> {
    const held = this.of(id);
    for (let hasMore = true; hasMore;) {
      const page = await ask(id, held.rev);
      assert.equal(page.prevRev, held.rev, "a page begins where it was asked to");
      const items = [...page.messages, ...page.members, ...[page.conversation ?? []].flat()];
      assert.ok(items.every(({ rev }) => rev > held.rev), "what was held comes again");
      assert.ok(held.take(page));
      hasMore = page.hasMore;
    }
  }

  /** Takes an item of the list, or of `conversation.joined`. */
  async listed(conversation: Conversation, ask: AskChanges): Promise<void> {
    const { id, lastRev, firstSeq } = conversation;
    const held = this.of(id);
    held.beginAt(firstSeq);
    if (lastRev > held.rev) await this.catchUp(id, ask);
  }

  /** Takes what came live. */
  async live(changes: Changes, ask: AskChanges): Promise<void> {
    if (!this.of(changes.conversationId).take(changes)) {
      await this.catchUp(changes.conversationId, ask);
    }
  }
}
