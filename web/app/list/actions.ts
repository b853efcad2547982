/** What can be done with a conversation from the list. */
import {
  type ConversationView,
  isPassing,
  PatterError,
  type SettingsPatch,
} from "../../../client/mod.ts";
import type { Chat } from "../state/chat.ts";
import { tell } from "../state/notice.ts";
import { go, route } from "../state/route.ts";
import { actionWords } from "./actions_words.ts";

// What was asked for happens, or it is said why not; the list follows by itself.
async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof PatterError)) throw error;
    const t = actionWords();
    const refused = error.code === "ownerMustTransfer" ? t.mustTransfer : t.refused;
    tell(isPassing(error) ? t.needsConnection : refused);
    return false;
  }
}

/** Changes what is mine of a conversation. */
export function change(chat: Chat, id: string, patch: SettingsPatch): Promise<boolean> {
  return attempt(() => chat.client.ask("PATCH", `/v1/conversations/${id}/settings`, patch));
}

// One that is not in the list any more is not open beside it either.
function leaveScreen(id: string): void {
  const at = route.peek();
  if (at.place === "chats" && at.conversationId === id) go({ place: "chats" }, { replace: true });
}

/** Marks as read, or as unread although it was read. */
export function turnRead(chat: Chat, { id, unread, my, lastSeq }: ConversationView): void {
  if (unread > 0 || my.markedUnread === true) chat.client.read(id, lastSeq);
  else {
    leaveScreen(id);
    void change(chat, id, { markedUnread: true });
  }
}

/** Takes it from the list until the next message. */
export async function hide(chat: Chat, id: string): Promise<void> {
  if (await change(chat, id, { hidden: true })) leaveScreen(id);
}

/** Forgets all messages so far, for me. */
export function clearHistory(chat: Chat, { id, lastSeq }: ConversationView): Promise<boolean> {
  return change(chat, id, { clearedSeq: lastSeq });
}

/** Leaves a group. */
export async function leaveGroup(chat: Chat, id: string): Promise<void> {
  const path = `/v1/groups/${id}/members/${chat.me}`;
  if (await attempt(() => chat.client.ask("DELETE", path))) leaveScreen(id);
}
