/** Connections of sessions that have ended: nothing of after that may come to them, and they end too. */
import type { Notification } from "../../schemas/frames.ts";
import type { History } from "./history.ts";
import type { Troubles } from "./troubles.ts";
import type { Wire } from "./wire.ts";

/** What ended, and how that is known. */
export interface Ending {
  readonly device: string;
  /** When the answer came that says so. */
  readonly at: number;
  /** The instance that gave the answer. */
  readonly by: string;
}

/** By the servers' clock: when a message was sent, or a ping. Null: it does not say. */
function saidAt(notification: Notification): number | null {
  const { method, params } = notification;
  if (method === "ping") return Date.parse(params.serverTime);
  if (method !== "changes" || params.messages.length === 0) return null;
  return Math.max(...params.messages.map(({ at }) => Date.parse(at)));
}

/** The endings of a run. */
export class Endings {
  /** How many sessions were ended. */
  count = 0;
  readonly #open = new Map<Wire, string>();

  constructor(readonly history: History, readonly troubles: Troubles) {}

  /** The session of this connection has ended. */
  begin(wire: Wire, ending: Ending): void {
    const { device, at, by } = ending;
    this.count++;
    this.history.note(`${device}'s session has ended, says ${by}`);
    this.#open.set(wire, device);
    void wire.closed.then(() => this.#open.delete(wire));
    wire.overhear = (notification) => {
      const said = saidAt(notification);
      const until = this.troubles.allowedUntil(at, [wire.at, by]);
      if (said === null || said <= until) return;
      const what = `${notification.method} of ${said - at} ms after its session had ended`;
      const detail = `${device} got from ${wire.at} ${what}; ${until - at} ms are allowed`;
      this.history.breaks("ended", detail, [device]);
    };
  }

  /** Devices whose connections live on. */
  get open(): string[] {
    return [...this.#open.values()];
  }
}
