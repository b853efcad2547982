/** The reactions to a message: each emoji once, with how many; a press adds mine or takes it away. */
import type { Message } from "../../../../client/mod.ts";
import { type OpenThread, useOpen } from "../open_thread.ts";
import { words } from "./words.ts";

const namedMax = 8;

/** Adds my reaction, or takes it away when it is there. */
export function toggleReaction(open: OpenThread, message: Message, emoji: string): void {
  const { me, client } = open.chat;
  // The server knows ❤ as ❤️: both are one.
  const plain = (text: string) => text.replaceAll("\ufe0f", "");
  const isMine = message.reactions?.some((one) =>
    plain(one.emoji) === plain(emoji) && one.userIds.includes(me)
  );
  const { seq } = message;
  const asked = { conversationId: open.id, seq, emoji };
  void open.try(() => client.request(isMine ? "message.unreact" : "message.react", asked));
}

/** Those of a message. */
export function Reactions({ message }: { message: Message }) {
  const open = useOpen();
  const t = words();
  return (
    <span class="reactions">
      {message.reactions!.map(({ emoji, count, userIds }) => {
        const isMine = userIds.includes(open.chat.me);
        const names = userIds.slice(0, namedMax)
          .map((id) => id === open.chat.me ? t.you : open.nameOf(id)).join(", ");
        const more = count > namedMax ? ` ${t.andMore(count - namedMax)}` : "";
        const label = t.reactedWith(emoji, names + more, count);
        return (
          <button
            type="button"
            key={emoji}
            class="reaction"
            aria-pressed={isMine}
            aria-label={label}
            title={label}
            onClick={() => toggleReaction(open, message, emoji)}
          >
            <span class="emoji">{emoji}</span>
            {count}
          </button>
        );
      })}
    </span>
  );
}
