/** What a connection was told, walked from its first frame on: is every chain of `prevRev` unbroken? */
import { strict as assert } from "node:assert";
import type { Changes, Conversation } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import type { Client, Received } from "./client.ts";
import { until } from "./waiting.ts";

/** One conversation as a connection followed it. */
export interface Chain {
  /** The last `rev` that it was sent. */
  rev: number;
  /** It was told that it left, and nothing since. */
  hasLeft: boolean;
  /** All changes since it last joined, in order. */
  changes: Changes[];
  /** How often it was told `conversation.joined`. */
  joins: number;
}

type Chains = Map<string, Chain>;

function takeJoined(chains: Chains, { id, lastRev }: Conversation): void {
  const joins = (chains.get(id)?.joins ?? 0) + 1;
  chains.set(id, { rev: lastRev, hasLeft: false, changes: [], joins });
}

function takeChanges(chains: Chains, changes: Changes): void {
  const { conversationId: id, prevRev, rev } = changes;
  const chain = chains.get(id) ?? { rev: prevRev, hasLeft: false, changes: [], joins: 0 };
  assert.equal(chain.hasLeft, false, `changes ${prevRev} to ${rev} after conversation.left`);
  assert.equal(prevRev, chain.rev, `the rev sent before was ${chain.rev}, not ${prevRev}`);
  assert.ok(rev > prevRev, `rev ${rev} after ${prevRev}`);
  for (
    const item of [...changes.messages, ...changes.members, ...[changes.conversation ?? []].flat()]
  ) {
    assert.ok(item.rev > prevRev && item.rev <= rev, `${item.rev} in ${prevRev} to ${rev}`);
  }
  chain.rev = rev;
  chain.changes.push(changes);
  chains.set(id, chain);
}

function takeOther(chains: Chains, { method, params }: Received): void {
  const id = (params as { conversationId?: string }).conversationId;
  if (id === undefined) return;
  const chain = chains.get(id);
  if (method === "conversation.left") {
    assert.notEqual(chain?.hasLeft, true, "conversation.left twice");
    chains.set(id, {
      rev: chain?.rev ?? 0,
      changes: chain?.changes ?? [],
      joins: chain?.joins ?? 0,
      hasLeft: true,
    });
  } else if (method === "conversation.read" || method === "conversation.typing") {
    assert.notEqual(chain?.hasLeft, true, `${method} after conversation.left`);
  }
}

/** Every conversation that a connection was told of; fails where the contract was broken. */
export function chainsOf(client: Pick<Client, "received">): Chains {
  const chains: Chains = new Map();
  assert.equal(client.received[0]?.method, "session.ready", "session.ready comes first");
  for (const received of client.received) {
    if (received.method === "changes") takeChanges(chains, received.params as Changes);
    else if (received.method === "conversation.joined") {
      takeJoined(chains, (received.params as { conversation: Conversation }).conversation);
    } else if (received.method !== undefined) takeOther(chains, received);
  }
  return chains;
}

/** One conversation of a connection. */
export function chainOf(client: Pick<Client, "received">, id: string): Chain {
  const chain = chainsOf(client).get(id);
  assert.ok(chain, "the connection was told nothing of the conversation");
  return chain;
}

/** The messages of a chain, in the order in which they were told. */
export function messagesOf({ changes }: Chain): Message[] {
  return changes.flatMap(({ messages }) => messages);
}

/** Waits until the connection has been told of all up to `rev`. */
export async function reaches(
  client: Client,
  id: string,
  rev: number,
  ms?: number,
): Promise<Chain> {
  await until(
    `rev ${rev} on the connection`,
    () => (chainsOf(client).get(id)?.rev ?? 0) >= rev,
    ms,
  );
  return chainOf(client, id);
}
