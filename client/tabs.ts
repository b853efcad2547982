/** Tabs of one account in one browser: one of them leads, and all can tell each other things. */
import { Emitter } from "./events.ts";
import { randomId } from "./hex.ts";
import type { Channel, LockOptions, Platform } from "./platform.ts";

/** What tabs tell each other; `to` names the one that it is for, when not all. */
export interface TabMessage {
  readonly kind: string;
  readonly to?: string;
  readonly content?: unknown;
}

interface Posted extends TabMessage {
  readonly from: string;
}

/** What happens among tabs. */
export interface TabEvents {
  /** This tab leads from now on. */
  leading: undefined;
  /** It led, and another tab took that over because this one was frozen. */
  deposed: undefined;
  message: Posted;
}

/** This tab among those that share its name; alone where the runtime has no tabs. */
export class Tabs {
  readonly id = randomId();
  readonly events = new Emitter<TabEvents>();
  isLeader = false;
  #channel: Channel | null = null;
  #leaving: AbortController | null = null;

  constructor(readonly name: string | null, readonly platform: Platform) {}

  /** Joins the others, and leads as soon as nobody else does. */
  start(): void {
    if (this.#leaving !== null) return;
    const leaving = this.#leaving = new AbortController();
    const { locks, openChannel } = this.platform;
    if (this.name === null || locks === null || openChannel === null) return this.#lead();
    this.#channel = openChannel(this.name);
    this.#channel.onmessage = ({ data }) => this.#hear(data as Posted);
    this.#ask({ signal: leaving.signal });
  }

  /** Takes the lead from a tab that does not answer any more. */
  seize(): void {
    this.#ask({ steal: true });
  }

  // The browser gives the lock to the next tab when this one is gone, however it went.
  #ask(options: LockOptions): void {
    const { signal } = this.#leaving!;
    this.platform.locks!.request(this.name!, options, async () => {
      // It may have left in the moment before.
      if (signal.aborted) return;
      this.#lead();
      await new Promise((resolve) => signal.onabort = resolve);
    }).catch(() => {
      // Aborted, it is not wanted any more; else locks are forbidden here, and it is alone.
      if (signal.aborted) return;
      if (this.isLeader) this.events.emit("deposed", undefined);
      else this.#lead();
    });
  }

  #lead(): void {
    this.isLeader = true;
    this.events.emit("leading", undefined);
  }

  #hear(message: Posted): void {
    if (message.to === undefined || message.to === this.id) this.events.emit("message", message);
  }

  /** Tells all other tabs, or one. */
  post(message: TabMessage): void {
    this.#channel?.postMessage({ ...message, from: this.id });
  }

  /** Leaves; if it led, another tab does from then on. */
  stop(): void {
    this.isLeader = false;
    this.#leaving?.abort();
    this.#leaving = null;
    this.#channel?.close();
    this.#channel = null;
  }
}
