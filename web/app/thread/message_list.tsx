/** The messages of a conversation, oldest first. */
import { useEffect, useRef } from "preact/hooks";
import type { ConversationView, Message, OutboxItem, Thread } from "../../../client/mod.ts";
import { timeOf } from "../../ui/times.ts";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

function textOf({ body }: { body?: unknown }): string {
  return (body as { text?: string } | null)?.text ?? "";
}

function MessageRow(
  { message, isMine, name }: { message: Message; isMine: boolean; name: string },
) {
  return (
    <li class={isMine ? "message mine" : "message"}>
      <div class="bubble">
        {!isMine && <span class="sender">{name}</span>}
        <span class="text">{textOf(message)}</span>
        <time>{timeOf(message.at)}</time>
      </div>
    </li>
  );
}

function PendingRow({ item }: { item: OutboxItem }) {
  return (
    <li class="message mine pending">
      <div class="bubble">
        <span class="text">{textOf(item.message)}</span>
        <span class="state">{words().sending}</span>
      </div>
    </li>
  );
}

/** The messages; it stays at the end while one is there. */
export function MessageList({ view, thread }: { view: ConversationView; thread: Thread }) {
  const chat = useChat();
  chat.follow(view.id);
  const list = useRef<HTMLOListElement>(null);
  const { messages, pending } = thread;
  const last = messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    list.current!.scrollTop = list.current!.scrollHeight;
    if (last > view.my.readSeq) chat.client.read(view.id, last);
  }, [last, pending.length]);
  return (
    <ol class="messages" ref={list} aria-label={words().messages}>
      {messages.map((message) => (
        <MessageRow
          key={message.seq}
          message={message}
          isMine={message.from === chat.me}
          name={message.from === null ? "" : chat.users.nameOf(message.from)}
        />
      ))}
      {pending.map((item) => <PendingRow key={item.clientId} item={item} />)}
    </ol>
  );
}
