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
  readonly reason: "left" | "dismissed" | "ended" | "mutedAll" | "muted" | "notFriends" | "blocked";
  readonly until?: string;
}

/** What the conversation itself says. */
export function closedBy(
  { state, my }: ConversationView,
  mine: Member | undefined,
  now = Date.now(),
): Closed | null {
  if (state.dismissedAt !== null) {
    return { reason: state.kind === "support" ? "ended" : "dismissed" };
  }
  if (my.leftAt !== null) return { reason: "left" };
  if (state.mutedAll && my.role === "member") return { reason: "mutedAll" };
  const until = mine?.mutedUntil ?? null;
  if (until !== null && new Date(until).getTime() > now) return { reason: "muted", until };
  return null;
}

const social = ["friend.added", "friend.removed", "block.added", "block.removed"] as const;
// Nobody has reacted with all of these.
const rare = ["🪢", "🧵", "🪡"];

/** Between two: whether they still may write to each other, which only the server knows. */
export class Friendship {
  readonly #refusal = signal<Closed | null>(null);
  readonly #stops: (() => void)[];

  constructor(readonly client: Client, readonly conversationId: string) {
    const look = () => void this.#look();
    this.#stops = [...social, "synced" as const].map((name) => client.on(name, look));
    if (client.isSynced) look();
  }

  /** Why they may not. */
  get refusal(): ReadonlySignal<Closed | null> {
    return this.#refusal;
  }

  // To take back a reaction that is not there changes nothing, and is refused as a message would be.
  async #look(): Promise<void> {
    const { client, conversationId } = this;
    const last = client.conversation(conversationId)?.lastMessage ?? null;
    if (last === null) return;
    const isMine = (emoji: string) =>
      last.reactions?.some((one) => one.emoji === emoji && one.userIds.includes(client.userId));
    const emoji = rare.find((one) => !isMine(one));
    if (emoji === undefined) return;
    try {
      await client.request("message.unreact", { conversationId, seq: last.seq, emoji });
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
