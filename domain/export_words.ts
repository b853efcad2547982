/** Messages in plain words, for exports that people read. */
import type { Conversation } from "../schemas/conversations.ts";
import type { Message, SystemBody } from "../schemas/messages.ts";
import { type ExportedMessage, systemBodyOf } from "./export_source.ts";

type NameOf = (id: string) => string;

/** What the server said, as a sentence. */
export function sentenceOf(body: SystemBody, nameOf: NameOf): string {
  const actor = nameOf(body.actorId);
  const whom = body.userIds.map(nameOf).join(", ");
  const who = whom === "" ? actor : whom;
  switch (body.event) {
    case "created":
      return whom === "" ? `${actor} created the group` : `${actor} created the group with ${whom}`;
    case "joined":
      return `${who} joined`;
    case "invited":
      return `${actor} brought in ${whom}`;
    case "left":
      return `${who} left`;
    case "removed":
      return `${actor} removed ${whom}`;
    case "renamed":
      return `${actor} named the group ${body.name ?? ""}`;
    case "announcement":
      return body.announcement
        ? `${actor} announced: ${body.announcement}`
        : `${actor} took down the announcement`;
    case "ownerChanged":
      return `${who} now owns the group`;
    case "muted":
      return whom === "" ? `${actor} muted everyone` : `${actor} muted ${whom}${until(body)}`;
    case "unmuted":
      return whom === "" ? `${actor} unmuted everyone` : `${actor} unmuted ${whom}`;
    case "dismissed":
      return `${actor} dismissed the group`;
    default:
      return body.event satisfies never;
  }
}

function until({ mutedUntil }: SystemBody): string {
  return mutedUntil === undefined ? "" : ` until ${mutedUntil}`;
}

interface Said {
  readonly kind: string;
  readonly body: unknown;
}

const textsOf = (...parts: unknown[]) =>
  parts.filter((part) => typeof part === "string" && part !== "").join("\n");

function said({ kind, body }: Said): string {
  if (typeof body !== "object" || body === null) return "";
  const { text, title, url, latitude, longitude, items, name, caption } = body as Record<
    string,
    unknown
  >;
  switch (kind) {
    case "text":
      return textsOf(text);
    case "location":
      return textsOf(title, `${latitude}, ${longitude}`);
    case "card":
      return textsOf(title, text, url);
    case "image":
    case "video":
    case "audio":
    case "file":
      return textsOf(`[${kind}]`, name, caption);
    case "merged":
      return textsOf(title, ...(Array.isArray(items) ? items.map(itemOf) : []));
    default:
      // Whatever else there is: in full, for want of words.
      return JSON.stringify(body);
  }
}

function itemOf(item: Said & { name?: unknown; at?: unknown }): string {
  return `${item.at} ${item.name}: ${said(item)}`;
}

/** What a message says; nothing when it was recalled. */
export function wordsOf({ message, names }: ExportedMessage): string {
  const system = systemBodyOf(message);
  return system === null ? said(message) : sentenceOf(system, (id) => names.get(id) ?? id);
}

/** Who sent it, "" for the server. */
export function senderOf({ message: { from }, names }: ExportedMessage): string {
  return from === null ? "" : names.get(from) ?? from;
}

/** `👍 2, 🎉 1` */
export function reactionsOf({ reactions = [] }: Message): string {
  return reactions.map(({ emoji, count }) => `${emoji} ${count}`).join(", ");
}

/** What the reader calls the conversation. */
export function titleOf({ name, my, kind }: Conversation): string {
  return name ?? my.peer?.nickname ?? kind;
}
