/** A conversation in the list. */
import type { ConversationView, OutboxItem } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Icon, shapes } from "../../ui/icon.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { hashOf } from "../state/route.ts";
import { excerptBy, excerptOf } from "./excerpt.ts";
import { type MenuPlace, useMenuGestures } from "./menu_gestures.ts";
import { RowMarks, RowTime } from "./row_marks.tsx";
import { words } from "./words.ts";

function typingText(chat: Chat, { id, state }: ConversationView): string {
  const typists = chat.client.typists(id);
  if (typists.length === 0) return "";
  const t = words();
  if (state.kind === "direct") return t.typing;
  const name = typists.length === 1 ? chat.users.nameOf(typists[0]!) : "";
  return name === "" ? t.manyTyping(typists.length) : t.someoneTyping(name);
}

function lastText(chat: Chat, view: ConversationView, item: OutboxItem | undefined): string {
  const nameOf = (id: string) => id === chat.me ? words().you : chat.users.nameOf(id);
  if (item !== undefined) return excerptBy(words().you, excerptOf(item.message, nameOf));
  const { lastMessage, state } = view;
  if (lastMessage === null) return "";
  const excerpt = excerptOf(lastMessage, nameOf);
  const isSaid = lastMessage.from !== null && lastMessage.recalledAt === undefined;
  const isNamed = isSaid && (state.kind !== "direct" || lastMessage.from === chat.me);
  return excerptBy(isNamed ? nameOf(lastMessage.from!) : "", excerpt);
}

function Excerpt({ view, item, isOpen }: {
  view: ConversationView;
  item: OutboxItem | undefined;
  isOpen: boolean;
}) {
  const chat = useChat();
  const typing = typingText(chat, view);
  if (typing !== "") return <span class="row-excerpt typing">{typing}</span>;
  const { draft } = view.my;
  // What is being written in the open one is seen where it is written.
  if (draft !== null && draft !== "" && !isOpen) {
    return (
      <span class="row-excerpt">
        <span class="draft">{words().draft}</span> {draft.slice(0, 200)}
      </span>
    );
  }
  return (
    <span class="row-excerpt">
      <bdi>{lastText(chat, view, item)}</bdi>
    </span>
  );
}

/** What a row is given. */
export interface RowProps {
  readonly id: string;
  readonly isOpen: boolean;
  readonly isHere: boolean;
  /** Whether Tab leads to this one. */
  readonly isTabStop: boolean;
  readonly onMenu: (id: string, place: MenuPlace) => void;
  readonly onFocus: (id: string) => void;
}

/** A row; it renders again when something of its conversation changes, and not for others. */
export function Row({ id, isOpen, isHere, isTabStop, onMenu, onFocus }: RowProps) {
  const chat = useChat();
  const gestures = useMenuGestures((place) => onMenu(id, place));
  const view = chat.conversation(id);
  if (view === undefined) return null;
  const title = titleOf(view);
  const item = chat.client.outbox(id).findLast(({ state }) => state !== "sent");
  return (
    <>
      <a
        class="row"
        data-id={id}
        href={hashOf({ place: "chats", conversationId: id })}
        aria-current={isOpen ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={() => onFocus(id)}
        draggable={false}
        {...gestures}
      >
        <Avatar {...faceOf(view)} size={46} isHere={isHere} />
        <span class="row-main">
          <span class="row-line">
            <span class={view.unread > 0 ? "row-title unread" : "row-title"}>
              <bdi>{title}</bdi>
            </span>
            {isHere && <span class="visually-hidden">({words().online})</span>}
            <RowTime chat={chat} view={view} item={item} />
          </span>
          <span class="row-line">
            <Excerpt view={view} item={item} isOpen={isOpen} />
            <RowMarks view={view} />
          </span>
        </span>
      </a>
      <button
        type="button"
        class="icon-button row-more"
        aria-label={words().more(title)}
        title={words().more(title)}
        aria-haspopup="menu"
        // The keys for a menu open it on the row itself.
        tabIndex={-1}
        onClick={({ currentTarget }) => {
          const { left, bottom } = currentTarget.getBoundingClientRect();
          onMenu(id, { x: left, y: bottom });
        }}
      >
        <Icon shape={shapes.more} />
      </button>
    </>
  );
}
