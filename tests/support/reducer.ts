/** The client's reducer, held to the contract while it works, and made comparable. */
import { strict as assert } from "node:assert";
import { type AskChanges, type ConversationCopy, Copies } from "../../client/reducer.ts";

/** What is held of a conversation as plain values in a fixed order, to be compared. */
export function plainOf({ rev, state, messages, members }: ConversationCopy) {
  return {
    rev,
    conversation: state,
    messages: [...messages.values()].sort((a, b) => a.seq - b.seq),
    members: [...members.values()].sort((a, b) => a.userId < b.userId ? -1 : 1),
  };
}

/** A client's memory that checks each page that it asks for. */
export class Memory extends Copies {
  syncCursor: string | undefined;

  /** Fills a gap; a page begins where it was asked to, and nothing that was held comes again. */
  override catchUp(id: string, ask: AskChanges): Promise<void> {
    return super.catchUp(id, async (_, afterRev) => {
      const page = await ask(id, afterRev);
      assert.equal(page.prevRev, afterRev, "a page begins where it was asked to");
      const items = [...page.messages, ...page.members, ...[page.conversation ?? []].flat()];
      assert.ok(items.every(({ rev }) => rev > afterRev), "what was held comes again");
      return page;
    });
  }
}
