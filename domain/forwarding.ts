/** Forwarding: messages that I may read, sent on by me, one by one or as one that holds them all. */
import { and, asc, eq, inArray } from "drizzle-orm";
import { conversations, messages, users } from "../db/schema/mod.ts";
import { fail, Failure } from "../errors.ts";
import type { Forward, Forwarded, Message, Sent } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { readAs } from "./former_readings.ts";
import { type SendInput, sendMessage, shownTo } from "./messages.ts";
import { readingSeat } from "./seats.ts";

// A merged message is one message: it must fit where any other does.
const mergedUnitsMax = 64_000;

/** What is forwarded, and where to. */
export type ForwardInput = Forward & { conversationId: string };

/**
 * The messages to forward, in their order.
 * @throws `notFound`, `messageRecalled`, `notAllowed` for what the server said.
 */
async function readSources(app: App, actor: Actor, from: Forward["from"]): Promise<Message[]> {
  const { conversationId, seqs } = from;
  const seat = await readingSeat(app, { conversationId, userId: actor.userId });
  const rows = await app.database.orm.select().from(messages)
    .where(and(
      eq(messages.conversationId, conversationId),
      inArray(messages.seq, seqs),
      shownTo(seat),
    ))
    .orderBy(asc(messages.seq));
  if (rows.length < seqs.length) throw fail("notFound", { detail: "A message does not exist" });
  if (rows.some(({ recalledAt }) => recalledAt !== null)) throw fail("messageRecalled");
  if (rows.some(({ kind }) => kind === "system")) {
    throw fail("notAllowed", { detail: "System messages are not forwarded" });
  }
  return await readAs(app.database.orm, seat, rows);
}

// Readers may not know the people: their names of now go with what they said.
async function merge(
  app: App,
  sourceId: string,
  sources: readonly Message[],
): Promise<unknown> {
  const orm = app.database.orm;
  const senders = sources.flatMap(({ from }) => from ?? []);
  const people = await orm.select({ id: users.id, nickname: users.nickname }).from(users)
    .where(inArray(users.id, senders));
  const names = new Map(people.map(({ id, nickname }) => [id, nickname]));
  const [source] = await orm.select({ name: conversations.name }).from(conversations)
    .where(eq(conversations.id, sourceId));
  const body = {
    title: source?.name ?? [...names.values()].join(", "),
    items: sources.map(({ from, at, kind, body }) => ({
      from,
      name: names.get(from ?? "") ?? "",
      at,
      kind,
      body,
    })),
  };
  if (JSON.stringify(body).length > mergedUnitsMax) throw fail("tooLarge");
  return body;
}

async function outgoing(app: App, actor: Actor, input: ForwardInput): Promise<SendInput[]> {
  const { conversationId, clientId, from, merged } = input;
  const sources = await readSources(app, actor, from);
  if (merged) {
    const body = await merge(app, from.conversationId, sources);
    return [{ conversationId, clientId, kind: "merged", body, isForwarded: true }];
  }
  return sources.map(({ kind, body }, place) => ({
    conversationId,
    clientId: `${clientId}-${place}`,
    kind: kind as SendInput["kind"],
    body,
    isForwarded: true,
  }));
}

/** What the same forwarding became earlier; null unless all of it was stored. */
async function findForwarded(
  app: App,
  actor: Actor,
  input: ForwardInput,
): Promise<Forwarded | null> {
  const { conversationId, clientId, from, merged } = input;
  const clientIds = merged ? [clientId] : from.seqs.map((_, place) => `${clientId}-${place}`);
  const rows = await app.database.orm
    .select({ seq: messages.seq, rev: messages.rev, at: messages.at }).from(messages)
    .where(and(
      eq(messages.conversationId, conversationId),
      eq(messages.senderId, actor.userId),
      inArray(messages.clientId, clientIds),
    ))
    .orderBy(asc(messages.seq));
  if (rows.length < clientIds.length) return null;
  return { items: rows.map((row) => ({ ...row, at: row.at.toISOString() })), duplicate: true };
}

/**
 * Forwards messages; the answer means that all are stored. The same `clientId` again gives what they
 * became, whatever has happened to the sources.
 * @throws `notFound`, `messageRecalled`, `notAllowed`, `tooLarge`, and what `sendMessage` throws.
 */
export async function forwardMessages(
  app: App,
  actor: Actor,
  input: ForwardInput,
): Promise<Forwarded> {
  let sends: SendInput[];
  try {
    sends = await outgoing(app, actor, input);
  } catch (error) {
    const before = error instanceof Failure ? await findForwarded(app, actor, input) : null;
    if (before !== null) return before;
    throw error;
  }
  // Together, in order: they wait in the log side by side and are stored in one call.
  const sent = await Promise.all(sends.map((send) => sendMessage(app, actor, send)));
  return {
    items: sent.map(({ seq, rev, at }: Sent) => ({ seq, rev, at })),
    duplicate: sent.every(({ duplicate }) => duplicate),
  };
}
