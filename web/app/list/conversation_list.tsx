/** All conversations: the pinned ones first, then by what happened last. */
import type { ConversationView, Message } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { briefly } from "../../ui/times.ts";
import { useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { hashOf } from "../state/route.ts";
import { words } from "./words.ts";

function excerptOf(message: Message | null): string {
  if (message === null) return "";
  const t = words();
  if (message.recalledAt !== undefined) return t.recalled;
  return message.kind === "text"
    ? (message.body as { text: string }).text
    : t.kinds[message.kind] ?? "";
}

function Row({ view, isOpen }: { view: ConversationView; isOpen: boolean }) {
  const t = words();
  const { id, unread, lastMessage } = view;
  const title = titleOf(view);
  return (
    <li>
      <a
        class="row"
        href={hashOf({ place: "chats", conversationId: id })}
        aria-current={isOpen ? "true" : undefined}
      >
        <Avatar {...faceOf(view)} />
        <span class="row-main">
          <span class="row-title">{title}</span>
          <span class="row-excerpt">{excerptOf(lastMessage)}</span>
        </span>
        <span class="row-side">
          <time>{lastMessage && briefly(lastMessage.at)}</time>
          {unread > 0 && <span class="badge" aria-label={t.unread(unread)}>{unread}</span>}
        </span>
      </a>
    </li>
  );
}

/** The list; `openId` is the one that is shown beside it. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const { conversations, isSynced } = useChat();
  const shown = conversations.value;
  if (shown.length === 0 && isSynced.value) return <p class="nothing">{words().empty}</p>;
  return (
    <ul class="rows">
      {shown.map((view) => <Row key={view.id} view={view} isOpen={view.id === openId} />)}
    </ul>
  );
}
