/** The client's reducer, held to the contract while it works, and made comparable. */
import { strict as assert } from "node:assert";
import type { AskChanges } from "../../client/catch_up.ts";
import { ConversationCopy } from "../../client/reducer.ts";
import type { Changes, Conversation, My } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";

/** What is held of a conversation as plain values in a fixed order, to be compared. */
export function plainOf({ rev, state, messages, members }: ConversationCopy) {
  return {
    rev,
    conversation: state,
    messages: [...messages.values()].sort((a, b) => a.seq - b.seq),
    members: [...members.values()].sort((a, b) => a.userId < b.userId ? -1 : 1),
  };
}

/** All messages that are held and neither cleared nor deleted, in their order. */
export function shownOf(copy: ConversationCopy): Message[] {
  return copy.shownIn([copy.firstSeq, copy.lastSeq]);
}

/** A client's memory, from the beginning of all changes on, that checks each page that it asks for. */
export class Memory {
  readonly byId = new Map<string, ConversationCopy>();
  syncCursor: string | undefined;

  /** The copy of a conversation, from nothing on. */
  of(id: string): ConversationCopy {
    const copy = this.byId.get(id) ?? new ConversationCopy(id);
    this.byId.set(id, copy);
    return copy;
  }

  /** Fills a gap; a page begins where it was asked to, and nothing that was held comes again. */
  async catchUp(id: string, ask: AskChanges): Promise<void> {
    const copy = this.of(id);
    for (let hasMore = true; hasMore;) {
      const afterRev = copy.rev;
      const page = await ask(id, afterRev);
      assert.equal(page.prevRev, afterRev, "a page begins where it was asked to");
      const items = [...page.messages, ...page.members, ...[page.conversation ?? []].flat()];
      assert.ok(items.every(({ rev }) => rev > afterRev), "what was held comes again");
      copy.take(page);
      hasMore = page.hasMore;
    }
  }

  /** Takes an item of the list, or of `conversation.joined`. */
  async see(conversation: Conversation, ask: AskChanges): Promise<void> {
    const copy = this.of(conversation.id);
    copy.see(conversation);
    if (conversation.lastRev > copy.rev) await this.catchUp(conversation.id, ask);
  }

  /** Takes `changes` as they come live. */
  async live(changes: Changes, ask: AskChanges): Promise<void> {
    const { conversationId } = changes;
    if (this.of(conversationId).take(changes) === "gap") await this.catchUp(conversationId, ask);
  }

  /** Takes `conversation.my`. */
  mine({ conversationId, my }: { conversationId: string; my: My }): void {
    this.byId.get(conversationId)?.mine(my);
  }
}
