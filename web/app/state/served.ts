/** Visitors' conversations that I answer in as an agent: they have a place of their own. */
import type { ConversationView } from "../../../client/mod.ts";
import type { Route } from "./route.ts";

/** Whether I am an agent there, and not the visitor. */
export function isServed({ state, my }: ConversationView): boolean {
  return state.kind === "support" && my.role !== "member";
}

/** Where a conversation is opened, at a message if one is given. */
export function routeTo(view: ConversationView, seq?: number): Route {
  const place = isServed(view) ? "support" : "chats";
  return { place, conversationId: view.id, ...(seq === undefined ? {} : { seq }) };
}
