/** Somebody who sends as fast as the server answers, until told to stop. */
import type { Sent } from "../../schemas/messages.ts";
import type { Client } from "./client.ts";

/** Sends on a connection, several at a time. */
export class Chatter {
  readonly sent: Sent[] = [];
  readonly #running: Promise<unknown>;
  #isStopped = false;
  #next = 0;

  constructor(readonly client: Client, readonly conversationId: string, atOnce = 4) {
    this.#running = Promise.all(Array.from({ length: atOnce }, () => this.#run()));
    // Awaited by `stop`: until then a refusal must not end the test's process.
    this.#running.catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.sent.push(await say(this.client, this.conversationId, `${this.#next++}`));
    }
  }

  /** Resolves once what is under way has been answered; gives all answers. */
  async stop(): Promise<Sent[]> {
    this.#isStopped = true;
    await this.#running;
    return this.sent;
  }
}

/** Sends a text over the socket. */
export function say(
  client: Client,
  conversationId: string,
  text: string,
  clientId: string = crypto.randomUUID(),
): Promise<Sent> {
  return client.call("message.send", { conversationId, clientId, kind: "text", body: { text } });
}
