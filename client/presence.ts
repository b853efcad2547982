/** Presence: whom this tab watches, what the connection that all tabs share watches for them, and my own. */
import { Emitter } from "./events.ts";
import type { Link } from "./link.ts";
import type { Tabs } from "./tabs.ts";
import type { Presence, PresenceStatus } from "./wire.ts";

/** What presence needs. */
export interface PresenceParts {
  readonly link: Link;
  readonly tabs: Tabs;
}

/** What presence tells. */
export interface PresenceEvents {
  presence: { presences: Presence[] };
}

/** Who is there. */
export class PresenceWatch {
  readonly events = new Emitter<PresenceEvents>();
  readonly #known = new Map<string, Presence>();
  /** Each list that is watched here. */
  readonly #mine = new Set<readonly string[]>();
  /** What other tabs wish, for the one that leads. */
  readonly #others = new Map<string, readonly string[]>();
  #status: PresenceStatus | null = null;
  #watched = new Set<string>();
  #isDue = false;

  constructor(readonly parts: PresenceParts) {
    const { link, tabs } = parts;
    link.events.on("ready", () => {
      // A new connection watches nobody, and shows me as online.
      this.#watched = new Set();
      if (this.#status !== null) this.set(this.#status).catch(() => {});
      this.#wish();
    });
    link.events.on("notification", ({ method, params }) => {
      if (method === "presence") this.#learn(params.presences);
    });
    tabs.events.on("message", ({ kind, from, content }) => {
      if (kind === "watching") this.#hear(from, content as string[]);
      if (kind === "presences") this.#learn(content as Presence[]);
    });
    tabs.events.on("leading", () => this.#others.clear());
  }

  #learn(presences: Presence[]): void {
    for (const presence of presences) this.#known.set(presence.userId, presence);
    this.events.emit("presence", { presences });
  }

  #hear(tab: string, userIds: readonly string[]): void {
    this.#others.set(tab, userIds);
    const known = userIds.flatMap((userId) => this.#known.get(userId) ?? []);
    this.parts.tabs.post({ kind: "presences", to: tab, content: known });
    this.#tellServer();
  }

  /** Watches these until what it returns is called. */
  watch(userIds: readonly string[]): () => void {
    // A list of its own, so that the same one may be watched twice.
    const watched = [...userIds];
    this.#mine.add(watched);
    this.#wish();
    return () => {
      this.#mine.delete(watched);
      this.#wish();
    };
  }

  // Of all that is asked for in one turn one request is made: lists come and go as a whole.
  #wish(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.parts.tabs.post({ kind: "watching", content: [...this.#mine].flat() });
      this.#tellServer();
    });
  }

  #tellServer(): void {
    const { link, tabs } = this.parts;
    if (!tabs.isLeader || link.ready === null) return;
    const wanted = new Set([...this.#mine, ...this.#others.values()].flat());
    const more = [...wanted].filter((userId) => !this.#watched.has(userId));
    const fewer = [...this.#watched].filter((userId) => !wanted.has(userId));
    this.#watched = wanted;
    if (fewer.length > 0) this.#ask("presence.unwatch", fewer);
    if (more.length > 0) this.#ask("presence.watch", more);
  }

  #ask(method: "presence.watch" | "presence.unwatch", userIds: string[]): void {
    this.parts.link.request(method, { userIds }).then(({ presences }) => {
      if (method === "presence.unwatch") return;
      this.parts.tabs.post({ kind: "presences", content: presences });
      this.#learn(presences);
    }).catch(() => {
      // Asked again at the next wish, or on the next connection.
      for (const userId of userIds) this.#watched.delete(userId);
    });
  }

  /** What is known of somebody who is watched. */
  of(userId: string): Presence | undefined {
    return this.#known.get(userId);
  }

  /** Shows me as this, until another is set, across connections. */
  async set(status: PresenceStatus): Promise<void> {
    this.#status = status;
    await this.parts.link.request("presence.set", { status });
  }
}
