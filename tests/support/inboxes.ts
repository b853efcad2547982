/** Inboxes for tests: an admin, agents, visitors who come in by the key, and tokens that sites sign. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { users } from "../../db/schema/mod.ts";
import type { Inbox, NewInbox } from "../../schemas/inboxes.ts";
import type { Note, SupportConversation, WidgetSession } from "../../schemas/support.ts";
import { Person, type Site, type World } from "./world.ts";

/** A secret that a site and its inbox share. */
export const identitySecret = "a secret of a site, long enough for it";

/** A visitor, as a person of the site, and the conversation it came to. */
export interface VisitorHere {
  readonly person: Person;
  readonly id: string;
}

/** Registers an admin. */
export async function adminAt(world: World, at: Site): Promise<Person> {
  const person = await at.person("admin");
  await world.database.orm.update(users).set({ role: "admin" }).where(eq(users.id, person.id));
  return await person.again();
}

/** Makes an inbox with these agents. */
export function inboxOf(
  admin: Person,
  agents: readonly Person[],
  more: Partial<NewInbox> = {},
): Promise<Inbox> {
  const input = { name: "Help", agents: agents.map(({ id }) => id), ...more };
  return admin.do<Inbox>("POST", "/v1/inboxes", input);
}

/** Asks for a widget's session, whatever comes of it. */
export function asksIn(
  at: Site,
  input: Record<string, unknown>,
  headers: Record<string, string> = {},
) {
  return at.ask<WidgetSession>("POST", "/v1/widget/sessions", input, headers);
}

/** A visitor comes in. */
export async function visits(
  at: Site,
  key: string,
  more: Record<string, unknown> = {},
): Promise<VisitorHere> {
  const { status, body } = await asksIn(at, { key, ...more });
  assert.equal(status, 201, JSON.stringify(body));
  const { conversation, ...session } = body;
  return { person: new Person(at, "visitor", session), id: conversation.id };
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A token as a site's own program would make it, without any library. */
export function signedBy(
  secret: string,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { alg: "HS256", typ: "JWT" },
): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** What a site signs of its visitor, for an hour. */
export function identityOf(sub: string, name?: string, now = Date.now()): string {
  const exp = Math.floor(now / 1_000) + 3_600;
  return signedBy(identitySecret, { sub, exp, ...(name === undefined ? {} : { name }) });
}

/** A visitor's conversation as an agent has it. */
export function supportOf(agent: Person, id: string): Promise<SupportConversation> {
  return agent.do<SupportConversation>("GET", `/v1/support/conversations/${id}`);
}

/** What an agent's list shows; `query` as in `?status=open`. */
export async function supportList(agent: Person, query = ""): Promise<SupportConversation[]> {
  const path = `/v1/support/conversations${query}`;
  return (await agent.do<{ items: SupportConversation[] }>("GET", path)).items;
}

/** Changes a visitor's conversation as an agent. */
export function changesSupport(
  agent: Person,
  id: string,
  patch: object,
): Promise<SupportConversation> {
  return agent.do<SupportConversation>("PATCH", `/v1/support/conversations/${id}`, patch);
}

/** Notes something. */
export function notes(agent: Person, id: string, text: string): Promise<Note> {
  return agent.do<Note>("POST", `/v1/support/conversations/${id}/notes`, { text });
}
