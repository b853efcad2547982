/** Of which messages somebody is told, and how many wait. */
import type { ConversationView, Message, My } from "../../../client/mod.ts";

/** Whether a message is one to be told of: from somebody else, and in the way this conversation was set. */
export function isWorthTelling(message: Message, notify: My["notify"], me: string): boolean {
  const { from, kind, recalledAt, mentions = [] } = message;
  if (from === null || from === me || kind === "system" || recalledAt !== undefined) return false;
  if (notify === "mentions") return mentions.includes(me) || mentions.includes("all");
  return notify === "all";
}

function countOf({ unread, mentioned, my }: ConversationView): number {
  if (my.notify === "none" || my.notify === "mentions" && !mentioned) return 0;
  return unread > 0 ? unread : my.markedUnread === true ? 1 : 0;
}

/** How many messages wait, those of muted conversations not among them. */
export function waitingIn(views: readonly ConversationView[]): number {
  return views.reduce((sum, view) => sum + countOf(view), 0);
}

/** The title of the page. */
export function titleWith(waiting: number): string {
  return waiting === 0 ? "Patter" : `(${waiting > 99 ? "99+" : waiting}) Patter`;
}
