/** What is said of a member. */
import type { Member } from "../../../client/mod.ts";
import { dayOf, timeOf } from "../../ui/times.ts";
import type { Chat } from "../state/chat.ts";
import { words } from "./words.ts";

/** What a member is called here: as I named them, as they named themselves in the group, or as they are. */
export function memberName(chat: Chat, { userId, alias }: Member): string {
  return chat.users.remarkOf(userId) ?? alias ?? chat.users.nameOf(userId);
}

/** When a mute ends, in words; empty when there is none. */
export function mutedText({ mutedUntil }: Member, now = Date.now()): string {
  if (mutedUntil === null || Date.parse(mutedUntil) <= now) return "";
  return words().muted(`${dayOf(mutedUntil)}, ${timeOf(mutedUntil)}`);
}
