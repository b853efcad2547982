/** Whether I may write in a conversation, and why not. */
import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type Client,
  type ConversationView,
  type Member,
  PatterError,
} from "../../../client/mod.ts";

/** Why I may not; `until` with a mute that ends. */
export interface Closed {
  readonly reason: "left" | "dismissed" | "mutedAll" | "muted" | "notFriends" | "blocked";
  readonly until?: string;
}

/** What the conversation itself says. */
export function closedBy(
  { state, my }: ConversationView,
  mine: Member | undefined,
  now = Date.now(),
): Closed | null {
  if (state.dismissedAt !== null) return { reason: "dismissed" };
  if (my.leftAt !== null) return { reason: "left" };
  if (state.mutedAll && my.role === "member") return { reason: "mutedAll" };
  const until = mine?.mutedUntil ?? null;
  if (until !== null && new Date(until).getTime() > now) return { reason: "muted", until };
  return null;
}

const social = ["friend.added", "friend.removed", "block.added", "block.removed"] as const;

/** Between two: whether they still may write to each other, which only the server knows. */
export class Friendship {
  readonly #refusal = signal<Closed | null>(null);
  readonly #stops: (() => void)[];

  constructor(readonly client: Client, readonly peerId: string) {
    const look = () => void this.#look();
    this.#stops = [...social, "synced" as const].map((name) => client.on(name, look));
    if (client.isSynced) look();
  }

  /** Why they may not. */
  get refusal(): ReadonlySignal<Closed | null> {
    return this.#refusal;
  }

  // Opening a conversation that is there changes nothing, and is refused as a message would be.
  async #look(): Promise<void> {
    try {
      await this.client.ask("POST", "/v1/conversations/direct", { userId: this.peerId });
      this.#refusal.value = null;
    } catch (error) {
      const code = error instanceof PatterError ? error.code : "";
      this.#refusal.value = code === "notFriends" || code === "blocked" ? { reason: code } : null;
    }
  }

  /** Follows no more. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
