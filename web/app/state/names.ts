/** What a conversation is called here, and whose face it has. */
import type { ConversationView } from "../../../client/mod.ts";

/** The name: of a direct one the other's. */
export function titleOf({ state, my }: ConversationView): string {
  return state.kind === "direct" ? my.peer?.nickname ?? "" : state.name ?? "";
}

/** What its avatar is made of. */
export function faceOf(view: ConversationView): { id: string; name: string; url: string | null } {
  const { state, my } = view;
  return state.kind === "direct"
    ? { id: my.peer?.id ?? view.id, name: titleOf(view), url: my.peer?.avatarUrl ?? null }
    : { id: view.id, name: titleOf(view), url: state.avatarUrl };
}
