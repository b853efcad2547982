/** What tests read of conversations, in one word each: views, history, changes, lists. */
import { strict as assert } from "node:assert";
import type {
  ChangesPage,
  Conversation,
  ConversationPage,
  Member,
} from "../../schemas/conversations.ts";
import type { Message, MessagePage, Readers } from "../../schemas/messages.ts";
import { CallFailed } from "./client.ts";
import type { Person } from "./world.ts";

/** A conversation as this person has it. */
export function viewOf(person: Person, id: string): Promise<Conversation> {
  return person.do<Conversation>("GET", `/v1/conversations/${id}`);
}

/** A page of messages; `query` as in `?beforeSeq=5&limit=2`. */
export function historyOf(person: Person, id: string, query = ""): Promise<MessagePage> {
  return person.do<MessagePage>("GET", `/v1/conversations/${id}/messages${query}`);
}

/** A page of changes; `query` as in `?afterRev=5&limit=2`. */
export function changesOf(person: Person, id: string, query = ""): Promise<ChangesPage> {
  return person.do<ChangesPage>("GET", `/v1/conversations/${id}/changes${query}`);
}

/** A page of conversations. */
export function listOf(person: Person, query = ""): Promise<ConversationPage> {
  return person.do<ConversationPage>("GET", `/v1/conversations${query}`);
}

/** Who has read a message, sorted so that it can be compared. */
export async function readersOf(person: Person, id: string, seq: number): Promise<Readers> {
  const path = `/v1/conversations/${id}/messages/${seq}/readers`;
  const { readBy, unreadBy } = await person.do<Readers>("GET", path);
  return { readBy: readBy.sort(), unreadBy: unreadBy.sort() };
}

/** Marks read over REST. */
export function reads(person: Person, id: string, seq: number) {
  const path = `/v1/conversations/${id}/read`;
  return person.do<{ readSeq: number; unreadCount: number }>("PUT", path, { seq });
}

/** The text of a message, "" for other kinds. */
export function textOf({ body }: Pick<Message, "body">): string {
  return (body as { text?: string } | null)?.text ?? "";
}

/** All pages of changes from `afterRev` on; each must begin where the one before ended. */
export async function walkChanges(
  person: Person,
  id: string,
  { afterRev = 0, limit }: { afterRev?: number; limit: number },
): Promise<ChangesPage[]> {
  const pages: ChangesPage[] = [];
  for (let hasMore = true; hasMore;) {
    const page = await changesOf(person, id, `?afterRev=${afterRev}&limit=${limit}`);
    assert.equal(page.prevRev, afterRev);
    assert.ok(page.rev > afterRev || !page.hasMore, "a page with more to come moves on");
    pages.push(page);
    ({ hasMore, rev: afterRev } = page);
  }
  return pages;
}

/** What a client holds once it has put pages of changes over one another. */
export function reduced(pages: readonly ChangesPage[]) {
  const messages = new Map<number, Message>();
  const members = new Map<string, Member>();
  let conversation: ChangesPage["conversation"] = null;
  for (const page of pages) {
    for (const message of page.messages) messages.set(message.seq, message);
    for (const member of page.members) members.set(member.userId, member);
    conversation = page.conversation ?? conversation;
  }
  return { messages, members, conversation, rev: pages.at(-1)?.rev ?? 0 };
}

/** The code that a socket call was refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => undefined, (error: unknown) => error);
  assert.ok(error instanceof CallFailed, `Expected a refusal, got ${String(error)}`);
  return error.problem.code;
}
