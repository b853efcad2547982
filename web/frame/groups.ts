/** Messages as they stand together: by day, and by who wrote them one after the other. */
import type { Message } from "../../client/mod.ts";

/** What stands together. */
export interface Group {
  /** A time of its day, where that is another than the group's before. */
  readonly day: string | null;
  readonly from: string | null;
  readonly messages: Message[];
}

const apartMs = 5 * 60_000;

function dayNumberOf(at: string): string {
  return new Date(at).toDateString();
}

/** Whether a visitor is told of what the server says: of agents, not of themselves coming in. */
export function isShown({ kind, body }: Message, userId: string): boolean {
  if (kind !== "system") return true;
  const { event, userIds = [] } = body as { event: string; userIds?: string[] };
  return /^(joined|invited|left|removed)$/.test(event) && userIds.some((id) => id !== userId);
}

/** Puts messages together. */
export function groupsOf(messages: readonly Message[], userId: string): Group[] {
  const groups: Group[] = [];
  let last: Message | undefined;
  for (const message of messages) {
    if (!isShown(message, userId)) continue;
    const isSameDay = last !== undefined && dayNumberOf(last.at) === dayNumberOf(message.at);
    const isClose = last !== undefined && Date.parse(message.at) - Date.parse(last.at) < apartMs;
    const group = groups.at(-1);
    if (group && isSameDay && isClose && group.from === message.from && message.kind !== "system") {
      group.messages.push(message);
    } else {
      const day = isSameDay ? null : message.at;
      groups.push({ day, from: message.from, messages: [message] });
    }
    last = message;
  }
  return groups;
}
