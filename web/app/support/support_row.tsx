/** A visitor's conversation in the list. */
import type { ConversationView } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { briefly } from "../../ui/times.ts";
import { excerptBy, excerptOf } from "../list/excerpt.ts";
import { type Chat, useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { hashOf } from "../state/route.ts";
import { shortPage } from "./page_link.tsx";
import { supportDeskOf } from "./support_desk.ts";
import { Verified } from "./verified.tsx";
import { words } from "./words.ts";

const shownMax = 99;

function lastText(chat: Chat, { lastMessage, my }: ConversationView): string {
  if (lastMessage === null) return "";
  const { from } = lastMessage;
  const nameOf = (id: string) => id === chat.me ? words().you : chat.users.nameOf(id);
  const excerpt = excerptOf(lastMessage, nameOf);
  const isVisitors = from === null || from === my.peer?.id || lastMessage.recalledAt !== undefined;
  return excerptBy(isVisitors ? "" : nameOf(from!), excerpt);
}

function Assignee({ id }: { id: string | null }) {
  const { users } = useChat();
  if (id === null) return <span class="row-assignee nobody">{words().nobody}</span>;
  const name = users.nameOf(id);
  return (
    <span class="row-assignee">
      <Avatar id={id} name={name} url={users.of(id)?.avatarUrl ?? null} size={18} />
      <span class="visually-hidden">{words().assignedTo}</span>
      <bdi>{name}</bdi>
    </span>
  );
}

/** A row; it renders again when something of its conversation changes, and not for others. */
export function SupportRow({ id, isOpen, isHere }: {
  id: string;
  isOpen: boolean;
  isHere: boolean;
}) {
  const chat = useChat();
  const view = chat.conversation(id);
  const facts = supportDeskOf(chat).of(id);
  if (view === undefined || facts === undefined) return null;
  const t = words();
  const { unread, lastMessage } = view;
  const { verified, page } = facts.visitor;
  const isTyping = chat.client.typists(id).includes(facts.visitor.user.id);
  return (
    <a
      class="row support-row"
      data-id={id}
      href={hashOf({ place: "support", conversationId: id })}
      aria-current={isOpen ? "true" : undefined}
    >
      <Avatar {...faceOf(view)} size={44} isHere={isHere} />
      <span class="row-main">
        <span class="row-line">
          <span class={unread > 0 ? "row-title unread" : "row-title"}>
            <bdi>{titleOf(view)}</bdi>
            {verified && <Verified />}
            {isHere && <span class="visually-hidden">({t.online})</span>}
          </span>
          {lastMessage && (
            <span class="row-time">
              <time dateTime={lastMessage.at}>{briefly(lastMessage.at)}</time>
            </span>
          )}
        </span>
        <span class="row-line">
          {isTyping
            ? <span class="row-excerpt typing">{t.typing}</span>
            : (
              <span class="row-excerpt">
                <bdi>{lastText(chat, view)}</bdi>
              </span>
            )}
          {unread > 0 && (
            <span class="badge" role="img" aria-label={t.unread(unread)}>
              {unread > shownMax ? `${shownMax}+` : unread}
            </span>
          )}
        </span>
        <span class="row-line row-facts">
          <bdi class="row-page" dir="ltr">{page === null ? "" : shortPage(page)}</bdi>
          <Assignee id={facts.assigneeId} />
        </span>
      </span>
    </a>
  );
}
