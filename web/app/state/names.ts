/** What a conversation is called here, and whose face it has. */
import type { ConversationView } from "../../../client/mod.ts";
import { chat } from "./chat.ts";

/** The name: of a direct one the other's, or the one that I gave them; of a visitor's the visitor's. */
export function titleOf({ state, my }: ConversationView): string {
  const { peer } = my;
  if (peer === null || state.kind === "group") return state.name ?? "";
  if (state.kind === "direct") return chat.value?.users.remarkOf(peer.id) ?? peer.nickname;
  // Visitors say who they are later than that they came.
  return chat.value?.users.of(peer.id)?.nickname ?? peer.nickname;
}

/** What its avatar is made of. */
export function faceOf(view: ConversationView): { id: string; name: string; url: string | null } {
  const { state, my } = view;
  if (state.kind === "group") return { id: view.id, name: titleOf(view), url: state.avatarUrl };
  const { peer } = my;
  if (peer === null) return { id: view.id, name: titleOf(view), url: null };
  const name = state.kind === "direct" ? peer.nickname : titleOf(view);
  return { id: peer.id, name, url: peer.avatarUrl };
}
