/** What was sent through a fault, what was acknowledged, and the reckoning afterwards. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import type { Message, MessagePage, Sent } from "../../schemas/messages.ts";
import { CallFailed, type Client } from "./client.ts";
import type { Person, Site } from "./world.ts";

/** Keeps book of one person's sends, which may fail. */
export class Ledger {
  readonly acknowledged = new Map<string, Sent>();
  /** Refused, or never answered: whether they were stored only a retry tells. */
  readonly open = new Set<string>();
  readonly refusals: Problem[] = [];

  constructor(readonly person: Person, readonly conversationId: string) {}

  /** Sends once over the socket and notes what came of it. */
  bySocket(client: Client, message: { clientId?: string; text?: string } = {}): Promise<void> {
    const { clientId = crypto.randomUUID(), text = clientId } = message;
    const lost = client.closed.then(() => {
      throw new Error("The connection closed before the answer");
    });
    const { conversationId } = this;
    const params = { conversationId, clientId, kind: "text", body: { text } };
    return this.#note(clientId, Promise.race([client.call("message.send", params), lost]));
  }

  /** Sends once by REST and notes what came of it. */
  byRest(clientId: string = crypto.randomUUID()): Promise<void> {
    const path = `/v1/conversations/${this.conversationId}/messages`;
    const message = { clientId, kind: "text", body: { text: clientId } };
    const asked = this.person.ask<Sent | Problem>("POST", path, message).then(({ body }) => {
      if ("seq" in body) return body;
      throw new CallFailed(0, body);
    });
    return this.#note(clientId, asked);
  }

  async #note(clientId: string, sending: Promise<Sent>): Promise<void> {
    this.open.add(clientId);
    try {
      const sent = await sending;
      const before = this.acknowledged.get(clientId);
      if (before !== undefined) assert.equal(sent.seq, before.seq, "Two numbers for one message");
      this.acknowledged.set(clientId, sent);
      this.open.delete(clientId);
    } catch (error) {
      if (error instanceof CallFailed) this.refusals.push(error.problem);
    }
  }

  /** Sends again, under the same names, all that was not acknowledged; now it must be. */
  async settle(client: Client): Promise<void> {
    const names = [...this.open];
    await Promise.all(names.map((clientId) => this.bySocket(client, { clientId })));
    assert.deepEqual([...this.open], [], JSON.stringify(this.refusals.at(-1)));
  }
}

/** Every message once, under the number that was acknowledged, and no number left out. */
export function reckon(history: readonly Message[], ledgers: readonly Ledger[]): void {
  assert.deepEqual(history.map(({ seq }) => seq), history.map((_, place) => place + 1));
  const stored = new Map(history.map(({ clientId, seq }) => [clientId, seq]));
  assert.equal(stored.size, history.length, "A message is there twice");
  const acknowledged = ledgers.flatMap((ledger) => [...ledger.acknowledged]);
  for (const [clientId, { seq }] of acknowledged) {
    assert.equal(stored.get(clientId), seq, "An acknowledged message is lost or elsewhere");
  }
  assert.equal(stored.size, acknowledged.length);
}

/** Somebody who sends one after the other, over a socket or by REST, until told to stop. */
export class Sender {
  readonly #running: Promise<void>;
  #isStopped = false;

  constructor(send: () => Promise<void>, readonly pauseMs = 0) {
    this.#running = this.#run(send);
  }

  async #run(send: () => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
  }

  /** Resolves once the last has been answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }
}

/** All messages of a conversation, by REST. */
export async function wholeHistory(
  { session }: Person,
  { site, id }: { site: Site; id: string },
): Promise<Message[]> {
  const authorization = `Bearer ${session.accessToken}`;
  const history: Message[] = [];
  for (let hasMore = true; hasMore;) {
    const query = `afterSeq=${history.at(-1)?.seq ?? 0}&limit=100`;
    const path = `/v1/conversations/${id}/messages?${query}`;
    const { status, body } = await site.ask<MessagePage>("GET", path, undefined, { authorization });
    assert.equal(status, 200, JSON.stringify(body));
    history.push(...body.items);
    hasMore = body.hasMore;
  }
  return history;
}
