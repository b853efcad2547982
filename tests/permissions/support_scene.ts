/** Who acts around an inbox, and the visitor's conversation that they act on. */
import type { Inbox } from "../../schemas/inboxes.ts";
import type { Session } from "../../schemas/auth.ts";
import { adminAt, inboxOf, visits } from "../support/inboxes.ts";
import { Person, type Site, type World } from "../support/world.ts";

/**
 * Who acts: two agents of the inbox and one who was; the visitor, a visitor of the same inbox in
 * another conversation, a guest of none; an admin who is no agent, and a stranger.
 */
export const supportActors = [
  "agent",
  "colleague",
  "former",
  "visitor",
  "another",
  "guest",
  "admin",
  "stranger",
] as const;
/** Who acts around an inbox. */
export type SupportActor = (typeof supportActors)[number];

/** A visitor's conversation in which both sides have spoken: the visitor first. */
export class SupportScene {
  constructor(
    readonly people: Readonly<Record<SupportActor, Person>>,
    readonly inbox: Inbox,
    readonly id: string,
  ) {}

  idFor(_: Person): string {
    return this.id;
  }

  /** An inbox with the same agents, to be changed. */
  newInbox(): Promise<Inbox> {
    const { admin, agent, colleague } = this.people;
    return inboxOf(admin, [agent, colleague]);
  }

  /** A message of the visitor, new. */
  async said(): Promise<{ params: { seq: number } }> {
    const { seq } = await this.people.visitor.says("again", this.id);
    return { params: { seq } };
  }
}

async function guestAt(at: Site): Promise<Person> {
  const { body } = await at.ask<Session>("POST", "/v1/auth/guest", {});
  return new Person(at, "guest", body);
}

/** Makes the eight, and what is between them. */
export async function openSupport(world: World, at: Site): Promise<SupportScene> {
  const admin = await adminAt(world, at);
  const [agent, colleague] = [await at.person("agent"), await at.person("colleague")];
  const [former, stranger] = [await at.person("former"), await at.person("stranger")];
  const inbox = await inboxOf(admin, [agent, colleague, former]);
  const { person: visitor, id } = await visits(at, inbox.key);
  const { person: another } = await visits(at, inbox.key);
  const guest = await guestAt(at);
  await visitor.says("hello", id);
  await agent.says("hello to you", id);
  const agents = [agent.id, colleague.id];
  await admin.do("PATCH", `/v1/inboxes/${inbox.id}`, { agents });
  const people = { agent, colleague, former, visitor, another, guest, admin, stranger };
  return new SupportScene(people, inbox, id);
}
