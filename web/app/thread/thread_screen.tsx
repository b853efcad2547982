/** A conversation that is open: who it is with, its messages, and where one writes. */
import { useEffect, useState } from "preact/hooks";
import type { Thread } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton, shapes } from "../../ui/icon.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { areDetailsShown } from "../state/details.ts";
import { go } from "../state/route.ts";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message_list.tsx";
import { words } from "./words.ts";

// A conversation that is not known yet, as after a reload, is opened as soon as it is.
function useThread(chat: Chat, id: string): Thread | null {
  const [thread, setThread] = useState<Thread | null>(null);
  const isKnown = chat.conversation(id) !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    const opened = chat.client.open(id);
    setThread(opened);
    void opened.loadOlder();
    return () => opened.close();
  }, [isKnown]);
  return thread;
}

/** The conversation `id`; rendered anew, by its key, for another. */
export function ThreadScreen({ id }: { id: string }) {
  const chat = useChat();
  const view = chat.conversation(id);
  const thread = useThread(chat, id);
  if (view === undefined || thread === null) return <p class="nothing" role="status">…</p>;
  return (
    <>
      <header class="thread-head">
        <span class="only-narrow">
          <IconButton
            shape={shapes.back}
            label={words().back}
            onClick={() => go({ place: "chats" })}
          />
        </span>
        <Avatar {...faceOf(view)} size={38} />
        <h1>{titleOf(view)}</h1>
        <IconButton
          shape={shapes.more}
          label={words().details}
          expanded={areDetailsShown.value}
          onClick={() => {
            areDetailsShown.value = !areDetailsShown.value;
          }}
        />
      </header>
      <MessageList view={view} thread={thread} />
      <Composer conversationId={id} />
    </>
  );
}
