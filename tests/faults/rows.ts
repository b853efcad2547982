/** Rows as the contract shows them, made of their JSON by no code of the server's. */
import type { ConversationState, Member } from "../../schemas/conversations.ts";
import type { Message, Reaction } from "../../schemas/messages.ts";

/** A row as `to_jsonb` gives it. */
export type Row = Record<string, unknown>;

function time(value: unknown): string {
  return new Date(String(value)).toISOString();
}

/** A row of `messages` as the contract shows it. */
export function messageOf(row: Row): Message {
  const { reply_to: replyTo, mentions, edited_at, recalled_at, pinned_at, reactions } = row;
  const [named, reacted] = [(mentions ?? []) as string[], (reactions ?? []) as Reaction[]];
  return {
    seq: Number(row["seq"]),
    rev: Number(row["rev"]),
    from: row["sender_id"] as string | null,
    clientId: row["client_id"] as string | null,
    at: time(row["at"]),
    kind: row["kind"] as Message["kind"],
    body: row["body"],
    ...replyTo === null ? {} : { replyTo: Number(replyTo) },
    ...named.length === 0 ? {} : { mentions: named },
    ...edited_at === null ? {} : { editedAt: time(edited_at) },
    ...recalled_at === null ? {} : { recalledAt: time(recalled_at) },
    ...pinned_at === null ? {} : { pinnedAt: time(pinned_at) },
    ...reacted.length === 0 ? {} : { reactions: reacted },
  };
}

/** A row of `members` as the contract shows it. */
export function memberOf(row: Row): Member {
  const orNull = (value: unknown) => value === null ? null : time(value);
  return {
    userId: String(row["user_id"]),
    role: row["role"] as Member["role"],
    alias: row["alias"] as string | null,
    joinedAt: time(row["joined_at"]),
    mutedUntil: orNull(row["muted_until"]),
    leftAt: orNull(row["left_at"]),
    rev: Number(row["rev"]),
  };
}

/** A row of `conversations` as the contract shows what all share of it. */
export function stateOf(row: Row): ConversationState {
  return {
    id: String(row["id"]),
    kind: row["kind"] as ConversationState["kind"],
    name: row["name"] as string | null,
    announcement: row["announcement"] as string | null,
    avatarUrl: row["avatar_url"] as string | null,
    ownerId: row["owner_id"] as string | null,
    joinPolicy: row["join_policy"] as ConversationState["joinPolicy"],
    historyVisible: row["history_visible"] as ConversationState["historyVisible"],
    mutedAll: Boolean(row["muted_all"]),
    retentionDays: row["retention_days"] as number | null,
    memberCount: Number(row["member_count"]),
    rev: Number(row["state_rev"]),
    updatedAt: time(row["updated_at"]),
    dismissedAt: row["dismissed_at"] === null ? null : time(row["dismissed_at"]),
  };
}
