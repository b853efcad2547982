/** What the details offer, by rank; the server decides again. */
import type { ConversationView, Member } from "../../../client/mod.ts";

type Role = Member["role"];

const rank: Readonly<Record<Role, number>> = { owner: 3, manager: 2, member: 1 };

/** Managers and the owner. */
export function leads(role: Role): boolean {
  return rank[role] >= rank.manager;
}

/** What may be done about a member. */
export interface MemberActs {
  readonly setRole: boolean;
  readonly mute: boolean;
  readonly remove: boolean;
  readonly transfer: boolean;
}

/** What I may do about somebody of a role; about myself nothing of it. */
export function actsOn(mine: Role, theirs: Role, isSelf: boolean): MemberActs {
  const owns = mine === "owner" && !isSelf;
  const isAbove = !isSelf && leads(mine) && rank[mine] > rank[theirs];
  return { setRole: owns, mute: isAbove, remove: isAbove, transfer: owns };
}

/** Whether I take part in a conversation that goes on. */
export function takesPart({ state, my }: ConversationView): boolean {
  return my.leftAt === null && state.dismissedAt === null;
}

/** Whether I may bring people in, at once or by a request. */
export function mayAdd({ state, my }: ConversationView): boolean {
  return leads(my.role) || state.joinPolicy !== "invite";
}

/** Whether I may make links. */
export function mayLink({ state, my }: ConversationView): boolean {
  return leads(my.role) || state.joinPolicy === "open";
}
