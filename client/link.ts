/** The way to the server: one connection's state, its requests, and what it is told. */
import type { Emitter } from "./events.ts";
import type { Method, Notification, Notifications, Params, Results } from "./wire.ts";

/** Where the connection stands. */
export type State = "idle" | "connecting" | "open" | "waiting" | "closed";

/** The state, why it is that one, and when the next attempt will be made. */
export interface Status {
  readonly state: State;
  readonly reason?: string;
  readonly retryInMs?: number;
}

/** What a link tells. */
export interface LinkEvents {
  status: Status;
  /** A connection is ready, anew after each loss: whatever is held may be behind. */
  ready: Notifications["session.ready"];
  notification: Notification;
}

/** A connection, one's own or another tab's. */
export interface Link {
  readonly events: Emitter<LinkEvents>;
  readonly status: Status;
  readonly ready: Notifications["session.ready"] | null;
  start(): void;
  stop(): void;
  /** Somebody is looking: tries at once instead of waiting, or makes sure that there is an answer. */
  wake(): void;
  request<M extends Method>(method: M, params: Params[M]): Promise<Results[M]>;
}
