/** What a conversation is called here, and whose face it has. */
import type { ConversationView } from "../../../client/mod.ts";
import { chat } from "./chat.ts";

/** The name: of a direct one the other's, or the one that I gave them. */
export function titleOf({ state, my }: ConversationView): string {
  if (state.kind !== "direct" || my.peer === null) return state.name ?? "";
  return chat.value?.users.remarkOf(my.peer.id) ?? my.peer.nickname;
}

/** What its avatar is made of. */
export function faceOf(view: ConversationView): { id: string; name: string; url: string | null } {
  const { state, my } = view;
  return state.kind === "direct"
    ? { id: my.peer?.id ?? view.id, name: my.peer?.nickname ?? "", url: my.peer?.avatarUrl ?? null }
    : { id: view.id, name: titleOf(view), url: state.avatarUrl };
}
