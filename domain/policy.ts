/** Who may do what: pure functions, and nothing else decides permission. They answer with the code of a refusal, or null. */
import type { FailureCode } from "../errors.ts";
import type { MemberRole } from "../schemas/conversations.ts";

/** The facts about a person in a conversation that permissions depend on. */
export interface Standing {
  readonly kind: "direct" | "group" | "support";
  readonly role: MemberRole;
  readonly leftAt: Date | null;
  readonly mutedUntil: Date | null;
  readonly mutedAll: boolean;
  readonly dismissedAt: Date | null;
  /** Whether the two of a direct conversation may write to each other. */
  readonly mayWriteDirect: boolean;
}

type Verdict = FailureCode | null;

const rank: Readonly<Record<MemberRole, number>> = { owner: 3, manager: 2, member: 1 };

/** Managers and the owner. */
export function leads(role: MemberRole): boolean {
  return rank[role] >= rank.manager;
}

/** Takes part: is a member still, of a conversation that goes on. */
export function mayTakePart(who: Standing): Verdict {
  if (who.leftAt !== null) return "notMember";
  return who.dismissedAt === null ? null : "conversationDismissed";
}

/** Sends a message. */
export function maySend(who: Standing, now: Date): Verdict {
  const refusal = mayTakePart(who);
  if (refusal !== null) return refusal;
  if (who.kind === "direct" && !who.mayWriteDirect) return "notFriends";
  const isMuted = who.mutedUntil !== null && who.mutedUntil > now;
  return isMuted || (who.mutedAll && !leads(who.role)) ? "muted" : null;
}

/** Calls everyone by `all`: the leaders of a group, either of two. */
export function mayMentionAll(who: Standing): Verdict {
  return who.kind === "direct" || leads(who.role) ? null : "notAllowed";
}

/** Brings others into a group at once. */
export function mayAddMembers(
  who: Standing,
  joinPolicy: "open" | "approval" | "invite" | null,
): Verdict {
  const refusal = mayTakePart(who);
  if (refusal !== null) return refusal;
  if (who.kind !== "group") return "notAllowed";
  return leads(who.role) || joinPolicy === "open" ? null : "notAllowed";
}

/** Comes into a group by oneself. */
export function mayJoin(joinPolicy: "open" | "approval" | "invite" | null): Verdict {
  if (joinPolicy === "open") return null;
  return joinPolicy === "invite" ? "inviteOnly" : "notAllowed";
}

/** Removes somebody of a lower rank, or leaves; the owner must hand the group on first. */
export function mayRemove(who: Standing, target: { isSelf: boolean; role: MemberRole }): Verdict {
  const refusal = mayTakePart(who);
  if (refusal !== null) return refusal;
  if (who.kind !== "group") return "notAllowed";
  if (target.isSelf) return who.role === "owner" ? "ownerMustTransfer" : null;
  return leads(who.role) && rank[who.role] > rank[target.role] ? null : "notAllowed";
}
