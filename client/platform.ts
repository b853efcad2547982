/** What the client needs of where it runs; each part may be put in place of the runtime's own. */
import { type Clock, systemClock } from "./clock.ts";

/** The part of a WebSocket that is used. */
export interface SocketLike {
  readonly readyState: number;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: (() => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(frame: string): void;
  close(): void;
}

/** Opens a socket: the runtime's `WebSocket`, or that of a package. */
export type SocketMaker = new (url: string, protocols: string[]) => SocketLike;

/** How a lock is asked for: until a signal, or from whoever has it. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  readonly steal?: boolean;
}

/** The part of the Web Locks API that is used. */
export interface Locks {
  request(
    name: string,
    options: LockOptions,
    run: () => Promise<unknown>,
  ): Promise<unknown>;
}

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What happens to the page that matters to a connection. */
export type PageEvent = "online" | "offline" | "visible";

/** The page: whether there is a network, and what happens to it. */
export interface Page {
  isOnline(): boolean;
  /** Listens; call what it returns to stop. */
  listen(run: (event: PageEvent) => void): () => void;
}

/** Everything outside. */
export interface Platform {
  readonly WebSocket: SocketMaker;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** Without it each tab has a connection of its own. */
  readonly locks: Locks | null;
  /** Without it too. */
  readonly openChannel: ((name: string) => Channel) | null;
  readonly page: Page;
}

interface Globals extends EventTarget {
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: unknown };
}

const globals = globalThis as unknown as Globals;

const page: Page = {
  isOnline: () => globals.navigator?.onLine !== false,
  listen(run) {
    const stopping = new AbortController();
    const { document } = globals;
    // Node has no events on its global object, programs have no document.
    const on = (target: EventTarget | undefined, name: string, event: PageEvent) =>
      target?.addEventListener?.(name, () => {
        if (event !== "visible" || document?.visibilityState === event) run(event);
      }, stopping);
    on(globals, "online", "online");
    on(globals, "offline", "offline");
    on(document, "visibilitychange", "visible");
    return () => stopping.abort();
  },
};

/** What the runtime has, with `given` in its place. */
export function platformWith(given: Partial<Platform> = {}): Platform {
  return {
    WebSocket: globalThis.WebSocket as unknown as SocketMaker,
    // Called as a method of something else, a browser's own refuses.
    fetch: (input, init) => globalThis.fetch(input, init),
    clock: systemClock,
    random: Math.random,
    // Tabs are of pages; programs beside each other in one process are not.
    locks: (globals.document && globals.navigator?.locks || null) as Locks | null,
    openChannel: globals.document && globalThis.BroadcastChannel
      ? (name) => new BroadcastChannel(name) as unknown as Channel
      : null,
    page,
    ...given,
  };
}
