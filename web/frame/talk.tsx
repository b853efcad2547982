/** The messages, or before there are any: the greeting. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import { RichText } from "../ui/text/rich_text.tsx";
import { dayOf } from "../ui/times.ts";
import { later } from "../ui/later.tsx";
import type { VisitorChat } from "./chat.ts";
import { FilesOnTheirWay } from "./files.tsx";
import { MessageRow, PendingRow } from "./message.tsx";
import { groupsOf } from "./groups.ts";
import type { Stage } from "./stage.ts";
import { words } from "./words.ts";

const Away = later(() => import("./away.tsx").then((part) => part.Away));
const nearPx = 80;
const down = "M6 9l6 6 6-6";

function Welcome({ stage }: { stage: Stage }) {
  const t = words();
  const face = stage.face.value;
  if (face === null) return null;
  return (
    <>
      <div class="row theirs">
        <div class="bubble greeting">
          <RichText text={face.greeting || t.greeting} />
        </div>
      </div>
      {!face.open && <Away face={face} />}
      {stage.visit.hasEnded.value && <p class="note">{t.ended}</p>}
    </>
  );
}

function Typing({ chat }: { chat: VisitorChat }) {
  const names = chat.typists.map((id) => chat.users.nameOf(id)).filter(Boolean).join(", ");
  if (chat.typists.length === 0) return null;
  return (
    <p class="typing" role="status">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {words().typing(names)}
    </p>
  );
}

function Messages({ chat }: { chat: VisitorChat }) {
  chat.follow();
  const thread = chat.thread.value;
  const { userId } = chat.client;
  const groups = groupsOf(thread?.messages ?? [], userId);
  const lastMine = thread?.messages.findLast(({ from }) => from === userId)?.seq;
  return (
    <>
      {thread?.hasOlder && <p class="note" role="status">{words().earlier}</p>}
      {groups.map(({ day, messages, from }) => (
        <section class="group" key={messages[0]!.seq}>
          {day !== null && <h2 class="day">{dayOf(day)}</h2>}
          {messages.map((message, index) => (
            <MessageRow
              key={message.seq}
              chat={chat}
              message={message}
              isFirst={index === 0}
              isLast={index === messages.length - 1}
              isMine={from === userId}
              isLastMine={message.seq === lastMine}
            />
          ))}
        </section>
      ))}
      {chat.pending.map((item) => <PendingRow key={item.clientId} chat={chat} item={item} />)}
    </>
  );
}

/** A list that stays at its end while it is there, and where it is when something comes before it. */
function useScroll(chat: VisitorChat | null) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const was = useRef({ first: 0, height: 0 });
  const [isAway, setAway] = useState(false);
  const first = chat?.thread.value?.messages[0]?.seq ?? 0;
  const toEnd = () => {
    // A last word of the observer may come when the list is gone.
    if (list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(() => {
    const { scrollHeight } = list.current!;
    const before = was.current;
    was.current = { first, height: scrollHeight };
    if (isAtEnd.current) toEnd();
    else if (first < before.first) list.current!.scrollTop += scrollHeight - before.height;
  });
  useEffect(() => {
    const resized = new ResizeObserver(() => isAtEnd.current && toEnd());
    resized.observe(list.current!);
    resized.observe(list.current!.firstElementChild!);
    return () => resized.disconnect();
  }, []);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current!;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearPx;
    setAway(!isAtEnd.current);
    if (scrollTop < 2 * nearPx) chat?.thread.value?.loadOlder().catch(() => {});
  };
  return { list, onScroll, isAway, toEnd };
}

function Scroller({ stage, children }: { stage: Stage; children: ComponentChildren }) {
  const chat = stage.visit.chat.value;
  const { list, onScroll, isAway, toEnd } = useScroll(chat);
  const unread = stage.unread.value;
  useEffect(() => {
    if (stage.isSeen.value && !isAway && unread > 0) chat?.read();
  }, [stage.isSeen.value, isAway, unread, chat]);
  const t = words();
  return (
    <div class="talk">
      <div
        class="scroller"
        ref={list}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t.messages}
      >
        <div class="lines">{children}</div>
      </div>
      {isAway && (
        <button type="button" class="to-end" aria-label={t.newest} onClick={toEnd}>
          <Icon shape={down} />
          {unread > 0 && <span class="badge">{unread}</span>}
        </button>
      )}
    </div>
  );
}

/** The middle of the chat. */
export function Talk({ stage }: { stage: Stage }) {
  const chat = stage.visit.chat.value;
  return (
    <Scroller stage={stage}>
      <Welcome stage={stage} />
      {chat !== null && (
        <>
          <Messages chat={chat} />
          <FilesOnTheirWay uploads={chat.uploads} />
          <Typing chat={chat} />
        </>
      )}
    </Scroller>
  );
}
