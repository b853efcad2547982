/** A conversation that is open: who it is with, its messages, and where one writes. */
import { useEffect, useMemo, useState } from "preact/hooks";
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

// Until the client has the conversation, as after a reload, and has read its last page: as it was.
function useThread(chat: Chat, id: string): Thread | null {
  const [thread, setThread] = useState<Thread | null>(null);
  const shelved = useMemo(() => chat.shelf.thread(id), [id]);
  const isLive = chat.isLive(id);
  useEffect(() => {
    if (!isLive) return;
    const opened = chat.client.open(id);
    const show = () => setThread(opened);
    opened.loadOlder().then(show, show);
    return () => opened.close();
  }, [isLive]);
  return thread ?? shelved;
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
