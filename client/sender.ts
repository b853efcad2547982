/** Sends what waits in the outbox: in order in each conversation, until it is stored or refused. */
import { backoffMs } from "./backoff.ts";
import type { Link } from "./link.ts";
import type { Outbox } from "./outbox.ts";
import type { OutboxItem } from "./outbox_item.ts";
import type { Platform } from "./platform.ts";
import { isPassing, PatterError } from "./problems.ts";
import type { Tabs } from "./tabs.ts";
import type { Params } from "./wire.ts";

/** What sending needs. */
export interface SenderParts {
  readonly outbox: Outbox;
  readonly link: Link;
  readonly tabs: Tabs;
  readonly platform: Platform;
}

/** Sends while this tab leads and the connection is open. */
export class Sender {
  readonly #busy = new Set<string>();

  constructor(readonly parts: SenderParts) {
    parts.link.events.on("ready", () => this.#sendAll());
    parts.outbox.events.on("item", ({ state, conversationId }) => {
      if (state === "sending") void this.#send(conversationId);
    });
  }

  #sendAll(): void {
    const waiting = this.parts.outbox.items().map(({ conversationId }) => conversationId);
    for (const conversationId of new Set(waiting)) void this.#send(conversationId);
  }

  #next(conversationId: string): OutboxItem | undefined {
    const { tabs, link, outbox } = this.parts;
    if (!tabs.isLeader || link.ready === null) return undefined;
    return outbox.items(conversationId).find(({ state }) => state === "sending");
  }

  async #send(conversationId: string): Promise<void> {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    let attempt = 0;
    for (let item = this.#next(conversationId); item; item = this.#next(conversationId)) {
      const waitMs = await this.#try(item, attempt);
      attempt = waitMs === 0 ? 0 : attempt + 1;
      // Those behind it wait as well: they were said after it.
      if (waitMs > 0) await new Promise<void>((go) => this.parts.platform.clock.after(waitMs, go));
    }
    this.#busy.delete(conversationId);
  }

  /** How long to wait before the next attempt; 0 when there is none to make. */
  async #try(item: OutboxItem, attempt: number): Promise<number> {
    const { outbox, link, platform } = this.parts;
    const { conversationId, clientId, message } = item;
    const params = { ...message, conversationId, clientId } as Params["message.send"];
    try {
      const { seq } = await link.request("message.send", params);
      // Perhaps it came with the changes already.
      if (outbox.get(clientId) !== undefined) outbox.change({ ...item, state: "sent", seq });
      return 0;
    } catch (error) {
      if (outbox.get(clientId) === undefined) return 0;
      const { code, retryAfterMs } = error as PatterError;
      // The next connection says when to go on.
      if (code === "connectionLost") return 1;
      if (isPassing(error)) {
        return Math.max(1, retryAfterMs, backoffMs(attempt, platform.random));
      }
      outbox.change({ ...item, state: "failed", reason: code });
      return 0;
    }
  }
}
