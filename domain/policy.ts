/** Who may do what: pure functions, and nothing else decides permission. They answer with the code of a refusal, or null. */
import type { FailureCode } from "../errors.ts";
import type { MemberRole } from "../schemas/conversations.ts";

/** Who may come into a group by themselves. */
export type JoinPolicy = "open" | "approval" | "invite";

/** The facts about a person in a conversation that permissions depend on. */
export interface Standing {
  readonly kind: "direct" | "group" | "support";
  readonly role: MemberRole;
  readonly leftAt: Date | null;
  readonly mutedUntil: Date | null;
  readonly mutedAll: boolean;
  readonly dismissedAt: Date | null;
  readonly joinPolicy: JoinPolicy | null;
  /** Why the two of a direct conversation may not write to each other, as this one may know it. */
  readonly directRefusal: "notFriends" | "blocked" | null;
}

/** The place of somebody whom an act is about, next to the one who acts. */
export interface Target {
  readonly isSelf: boolean;
  readonly role: MemberRole;
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

/** Takes part in a group. */
function mayTakePartInGroup(who: Standing): Verdict {
  return mayTakePart(who) ?? (who.kind === "group" ? null : "notAllowed");
}

function mustLead(who: Standing): Verdict {
  return mayTakePartInGroup(who) ?? (leads(who.role) ? null : "notAllowed");
}

function mustOwn(who: Standing): Verdict {
  return mayTakePartInGroup(who) ?? (who.role === "owner" ? null : "notAllowed");
}

/** Asks for friends, opens conversations, makes and joins groups, looks for people: guests only answer. */
export function maySocialize(role: "user" | "admin" | "bot" | "guest"): Verdict {
  return role === "guest" ? "notAllowed" : null;
}

/** Answers visitors of an inbox: whoever has an account. */
export function mayAnswer(role: "user" | "admin" | "bot" | "guest"): Verdict {
  return maySocialize(role);
}

// A guest's profile is what its conversation shows.
const guestFields: readonly string[] = ["nickname", "locale"];

/** Changes these fields of oneself. */
export function mayChangeOneself(
  role: "user" | "admin" | "bot" | "guest",
  fields: readonly string[],
): Verdict {
  if (role !== "guest") return null;
  return fields.every((field) => guestFields.includes(field)) ? null : "notAllowed";
}

/** Deletes a note about a visitor: its author while an agent, or an admin. */
export function mayDeleteNote(note: { isMine: boolean; isAgent: boolean; isAdmin: boolean }) {
  if (note.isAdmin || (note.isAgent && note.isMine)) return null;
  return note.isAgent ? "notAllowed" : "notFound";
}

/** Sees how the server does, and decides on accounts. */
export function mayAdminister(role: "user" | "admin" | "bot" | "guest"): Verdict {
  return role === "admin" ? null : "notAllowed";
}

/** Locks somebody's account: an admin's nobody, so nobody their own either. */
export function mayLock(role: "user" | "admin" | "bot" | "guest"): Verdict {
  return role === "admin" ? "notAllowed" : null;
}

/** Sends a message. */
export function maySend(who: Standing, now: Date): Verdict {
  const refusal = mayTakePart(who);
  if (refusal !== null) return refusal;
  if (who.kind === "direct" && who.directRefusal !== null) return who.directRefusal;
  const isMuted = who.mutedUntil !== null && who.mutedUntil > now;
  return isMuted || (who.mutedAll && !leads(who.role)) ? "muted" : null;
}

/** Calls everyone by `all`: the leaders of a group, either of two. */
export function mayMentionAll(who: Standing): Verdict {
  return who.kind === "direct" || leads(who.role) ? null : "notAllowed";
}

/** A message that somebody wants to do something with. */
export interface Subject {
  readonly isMine: boolean;
  readonly isSystem: boolean;
  readonly isRecalled: boolean;
  readonly ageMs: number;
}

// In a direct conversation whatever reaches the other is refused like a message.
function mayReach(who: Standing): Verdict {
  return mayTakePart(who) ?? (who.kind === "direct" ? who.directRefusal : null);
}

/** Edits a message of one's own, for a while; whoever is muted does not speak by an edit either. */
export function mayEdit(
  who: Standing,
  message: Subject,
  { now, windowMs }: { now: Date; windowMs: number },
): Verdict {
  const refusal = maySend(who, now);
  if (refusal !== null) return refusal;
  if (!message.isMine) return "notAllowed";
  if (message.isRecalled) return "messageRecalled";
  return message.ageMs <= windowMs ? null : "editWindowClosed";
}

// Either of two leads nobody; the agents of an inbox do.
function leadsHere(who: Standing): boolean {
  return who.kind !== "direct" && leads(who.role);
}

/** Recalls a message for all: one's own for a while, any as one who leads. */
export function mayRecall(who: Standing, message: Subject, windowMs: number): Verdict {
  const refusal = mayTakePart(who);
  if (refusal !== null) return refusal;
  const isLeader = leadsHere(who);
  if (message.isSystem || !(message.isMine || isLeader)) return "notAllowed";
  if (message.isRecalled) return "messageRecalled";
  return isLeader || message.ageMs <= windowMs ? null : "recallWindowClosed";
}

/** Reacts to a message, muted or not. */
export function mayReact(who: Standing, message: Subject): Verdict {
  return mayReach(who) ?? (message.isRecalled ? "messageRecalled" : null);
}

/** Pins a message: leaders of a group, either of two. */
export function mayPin(who: Standing, message: Subject): Verdict {
  const refusal = mayReach(who);
  if (refusal !== null) return refusal;
  if (who.kind !== "direct" && !leads(who.role)) return "notAllowed";
  return message.isRecalled ? "messageRecalled" : null;
}

/** Sees what a message said before its edits: leaders, and whoever wrote it. */
export function maySeeEdits(who: Standing, message: Subject): Verdict {
  if (who.leftAt !== null) return "notMember";
  return message.isMine || leadsHere(who) ? null : "notAllowed";
}

/** Brings others into a group: leaders and, where it is open, anyone at once; else by a request. */
export function mayAddMembers(who: Standing): Verdict | "byRequest" {
  const refusal = mayTakePartInGroup(who);
  if (refusal !== null) return refusal;
  if (leads(who.role) || who.joinPolicy === "open") return null;
  return who.joinPolicy === "approval" ? "byRequest" : "notAllowed";
}

/** Makes links that let others in: whoever may bring them in at once. */
export function mayInviteByLink(who: Standing): Verdict {
  const verdict = mayAddMembers(who);
  return verdict === "byRequest" ? "notAllowed" : verdict;
}

/** Takes a link back, or sees it listed: its maker and those who lead. */
export function mayRevokeInvite(who: Standing, isMine: boolean): Verdict {
  return isMine ? mayTakePartInGroup(who) : mustLead(who);
}

/** Comes into a group by oneself. */
export function mayJoin(joinPolicy: JoinPolicy | null): Verdict | "byRequest" {
  if (joinPolicy === "open") return null;
  return joinPolicy === "approval" ? "byRequest" : "inviteOnly";
}

/** Sees and answers requests to join. */
export function mayHandleRequests(who: Standing): Verdict {
  return mustLead(who);
}

/** Changes what all see of a group: its name, picture, announcement and rules. */
export function mayChangeGroup(who: Standing): Verdict {
  return mustLead(who);
}

/** Ends a group for all. */
export function mayDismiss(who: Standing): Verdict {
  return mustOwn(who);
}

/** Hands a group on to another member. */
export function mayTransfer(who: Standing): Verdict {
  return mustOwn(who);
}

/** Makes a member a manager, or a manager a member; the owner stays one until it hands the group on. */
export function maySetRole(who: Standing, target: Target): Verdict {
  const refusal = mustOwn(who);
  return refusal ?? (target.isSelf ? "ownerMustTransfer" : null);
}

/** Gives a member a name in the group: one's own alone. */
export function maySetAlias(who: Standing, target: Target): Verdict {
  return mayTakePartInGroup(who) ?? (target.isSelf ? null : "notAllowed");
}

/** Mutes a member of a lower rank, or lets it speak again. */
export function mayMute(who: Standing, target: Target): Verdict {
  return mustLead(who) ?? (rank[who.role] > rank[target.role] ? null : "notAllowed");
}

/** Removes somebody of a lower rank, or leaves; the owner must hand the group on first. */
export function mayRemove(who: Standing, target: Target): Verdict {
  const refusal = mayTakePartInGroup(who);
  if (refusal !== null) return refusal;
  if (target.isSelf) return who.role === "owner" ? "ownerMustTransfer" : null;
  return leads(who.role) && rank[who.role] > rank[target.role] ? null : "notAllowed";
}
