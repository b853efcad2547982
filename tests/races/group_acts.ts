/** Groups as races begin with them, and what people do there: each act in the word that it led to. */
import type { App } from "../../domain/app.ts";
import { createGroup, dismissGroup, transferGroup } from "../../domain/groups.ts";
import { joinGroup } from "../../domain/joining.ts";
import { addMembers, changeMember, removeMember } from "../../domain/members.ts";
import type { NewGroup } from "../../schemas/groups.ts";
import type { Person } from "../support/world.ts";
import type { Lane } from "./rounds.ts";

/** A group of a lane's people. */
export interface Scene extends Lane {
  readonly id: string;
}

/** Makes a group of its owner with others, one of them a manager if so named. */
export async function newGroup(app: App, owner: Person, input: {
  others?: readonly Person[];
  manager?: Person;
  joinPolicy?: NewGroup["joinPolicy"];
}): Promise<string> {
  const { others = [], manager, joinPolicy = "open" } = input;
  const memberIds = others.map((person) => person.id);
  const state = { name: "Group", historyVisible: "joined", joinPolicy, memberIds } as const;
  const { id } = await createGroup(app, owner.actor, state);
  if (manager !== undefined) await ranks(app, { by: owner, id, who: manager, role: "manager" });
  return id;
}

/** Asks to come in, or comes. */
export async function joins(app: App, who: Person, groupId: string): Promise<string> {
  return (await joinGroup(app, who.actor, { groupId })).status;
}

/** Brings people in; a word each. */
export async function adds(
  app: App,
  by: Person,
  { id, who }: { id: string; who: readonly Person[] },
): Promise<string> {
  const userIds = who.map((person) => person.id);
  const { items } = await addMembers(app, by.actor, { groupId: id, userIds });
  return items.map(({ status }) => status).join(" + ");
}

/** Goes, or is made to go. */
export async function removes(
  app: App,
  by: Person,
  { id, who }: { id: string; who: Person },
): Promise<string> {
  await removeMember(app, by.actor, { groupId: id, userId: who.id });
  return by === who ? "left" : "removed";
}

/** Gives a role. */
export async function ranks(
  app: App,
  { by, id, who, role }: { by: Person; id: string; who: Person; role: "manager" | "member" },
): Promise<string> {
  const given = await changeMember(app, by.actor, {
    groupId: id,
    userId: who.id,
    patch: { role },
  });
  return `made ${given.role}`;
}

/** Hands a group on. */
export async function transfers(
  app: App,
  by: Person,
  { id, to }: { id: string; to: Person },
): Promise<string> {
  await transferGroup(app, by.actor, { groupId: id, userId: to.id });
  return "transferred";
}

/** Ends a group. */
export async function dismisses(app: App, by: Person, id: string): Promise<string> {
  await dismissGroup(app, by.actor, id);
  return "dismissed";
}
