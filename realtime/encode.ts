/** Notifications as text: each message becomes JSON once, whatever the number of its readers. */
import type { Changes, Member } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Message } from "../schemas/messages.ts";

// A frame holds at most 1 MiB and a character up to 3 bytes; what stands around the messages is small.
const frameUnitsMax = 256_000;

/** A notification as JSON-RPC 2.0. */
export function encodeNotification({ method, params }: Notification): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

/** Whether the conversation ends for all with these changes. */
export function isDismissal({ conversation }: Changes): boolean {
  return conversation !== null && conversation.dismissedAt !== null;
}

/** What of some changes lies after `rev`: for a connection that has the rest already. */
export function trimChanges(changes: Changes, rev: number): Changes {
  if (changes.prevRev >= rev) return changes;
  const later = (item: { rev: number }) => item.rev > rev;
  const { conversation } = changes;
  return {
    ...changes,
    prevRev: rev,
    messages: changes.messages.filter(later),
    members: changes.members.filter(later),
    conversation: conversation !== null && later(conversation) ? conversation : null,
  };
}

/** What of some changes lies up to `rev`. */
export function headChanges(changes: Changes, rev: number): Changes {
  if (changes.rev <= rev) return changes;
  const earlier = (item: { rev: number }) => item.rev <= rev;
  const { conversation } = changes;
  return {
    ...changes,
    rev,
    messages: changes.messages.filter(earlier),
    members: changes.members.filter(earlier),
    conversation: conversation !== null && earlier(conversation) ? conversation : null,
  };
}

interface Frame {
  readonly conversationId: string;
  readonly prevRev: number;
  rev: number;
  readonly messages: Map<number, string>;
  readonly members: Map<string, Member>;
  conversation: Changes["conversation"];
  units: number;
}

function begin({ conversationId, prevRev }: Changes): Frame {
  return {
    conversationId,
    prevRev,
    rev: prevRev,
    messages: new Map(),
    members: new Map(),
    conversation: null,
    units: 0,
  };
}

// Later states lie over earlier ones: a thing that changed twice appears once.
function add(frame: Frame, changes: Changes, messages: readonly string[]): void {
  frame.rev = changes.rev;
  changes.messages.forEach((message: Message, place) =>
    frame.messages.set(message.seq, messages[place]!)
  );
  for (const member of changes.members) frame.members.set(member.userId, member);
  frame.conversation = changes.conversation ?? frame.conversation;
}

// Joined, not added: the engine keeps a sum as a tree of its parts, and each send of such a string
// to each member would go the slow way into the runtime.
function finish(frame: Frame): string {
  const { conversationId, prevRev, rev, messages, members, conversation } = frame;
  return [
    `{"jsonrpc":"2.0","method":"changes","params":{"conversationId":"`,
    conversationId,
    `","prevRev":`,
    prevRev,
    `,"rev":`,
    rev,
    `,"messages":[`,
    [...messages.values()].join(","),
    `],"members":`,
    JSON.stringify([...members.values()]),
    `,"conversation":`,
    JSON.stringify(conversation),
    "}}",
  ].join("");
}

function unitsOf(changes: Changes, messages: readonly string[]): number {
  const shared = changes.members.length * 300 + (changes.conversation === null ? 0 : 4_000);
  return messages.reduce((sum, message) => sum + message.length, shared);
}

/** Consecutive changes of one conversation as few `changes` notifications, none over 1 MiB. */
export function encodeChanges(list: readonly Changes[]): string[] {
  const frames: string[] = [];
  let frame: Frame | null = null;
  for (const changes of list) {
    const messages = changes.messages.map((message) => JSON.stringify(message));
    const units = unitsOf(changes, messages);
    if (frame !== null && frame.units + units > frameUnitsMax) {
      frames.push(finish(frame));
      frame = null;
    }
    frame ??= begin(changes);
    frame.units += units;
    add(frame, changes, messages);
  }
  if (frame !== null) frames.push(finish(frame));
  return frames;
}
