/** Catching up by the contract: the list of what changed since the last cursor, then what each lacks. */
import type { AskChanges } from "../../client/catch_up.ts";
import type { ChangesPage, Conversation, ConversationPage } from "../../schemas/conversations.ts";
import type { Memory } from "../support/reducer.ts";
import type { Wire } from "./wire.ts";

type Asked = Readonly<Record<string, string | number>>;

/** Where lists and changes are read. */
export interface Source {
  list(asked: Asked): Promise<ConversationPage>;
  readonly ask: AskChanges;
}

const listLimit = 5;
const changesLimit = 20;

// Asked again from where it ended, a page that does not move on would be asked for ever.
function moving(read: (id: string, asked: Asked) => Promise<ChangesPage>): AskChanges {
  return async (id, afterRev) => {
    const page = await read(id, { afterRev, limit: changesLimit });
    if (page.hasMore && page.rev <= afterRev) throw new Error(`A page stays at ${afterRev}`);
    return page;
  };
}

/** Over the socket of the connection that follows. */
export function overSocket(wire: Wire): Source {
  return {
    list: (asked) => wire.call("conversation.list", asked),
    ask: moving((conversationId, asked) =>
      wire.call("conversation.changes", { conversationId, ...asked })
    ),
  };
}

/** By REST, each page of any instance. */
export function overRest(
  device: { ask<T>(method: string, path: string): Promise<T> },
): Source {
  const get = <T>(path: string, asked: Asked) => {
    const query = Object.entries(asked).map(([name, value]) => [name, String(value)]);
    return device.ask<T>("GET", `${path}?${new URLSearchParams(query)}`);
  };
  return {
    list: (asked) => get("/v1/conversations", asked),
    ask: moving((id, asked) => get(`/v1/conversations/${id}/changes`, asked)),
  };
}

/** Lists all that changed since the memory's cursor, and reads what it lacks of each. */
export async function catchUp(
  memory: Memory,
  source: Source,
  listed: (item: Conversation) => void,
): Promise<void> {
  const { syncCursor: since } = memory;
  const asked: Asked = { limit: listLimit, ...since === undefined ? {} : { changedSince: since } };
  let page = await source.list(asked);
  const { syncCursor } = page;
  for (;;) {
    for (const item of page.items) {
      listed(item);
      await memory.see(item, source.ask);
    }
    if (page.nextCursor === null) break;
    page = await source.list({ ...asked, cursor: page.nextCursor });
  }
  // Only now: a list that breaks off is asked for again from the beginning.
  memory.syncCursor = syncCursor;
}
