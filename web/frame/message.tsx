/** One message, and one that is on its way. */
import type { Message, OutboxItem } from "../../client/mod.ts";
import { Avatar } from "../ui/avatar.tsx";
import { later } from "../ui/later.tsx";
import { fullTimeOf, timeOf } from "../ui/times.ts";
import type { VisitorChat } from "./chat.ts";
import { Text } from "./text.tsx";
import { bodyOf, lineOf } from "./texts.ts";
import { words } from "./words.ts";

const Attached = later(() => import("./attached.tsx").then((part) => part.Attached));

interface Spoken {
  readonly kind: string;
  readonly body?: unknown;
}

function Content({ chat, message }: { chat: VisitorChat; message: Spoken }) {
  const body = bodyOf(message);
  if (body.attachmentId !== undefined) {
    return (
      <>
        <Attached client={chat.client} kind={message.kind} body={body} />
        {body.caption !== undefined && <Text text={body.caption} />}
      </>
    );
  }
  const { kind } = message;
  if (kind === "text") return <Text text={body.text ?? ""} />;
  if (kind === "card") {
    const lines = [body.title, body.text, body.url].filter(Boolean);
    return <Text text={lines.join("\n")} />;
  }
  return (
    <span class="faint">{kind === "location" ? body.title ?? words().place : words().unknown}</span>
  );
}

function SystemLine({ chat, message }: { chat: VisitorChat; message: Message }) {
  const t = words();
  const { event = "", userIds = [] } = bodyOf(message);
  const names = userIds.filter((id) => id !== chat.client.userId)
    .map((id) => chat.users.nameOf(id)).filter(Boolean).join(", ");
  if (names === "") return null;
  return <p class="note">{/^(left|removed)$/.test(event) ? t.left(names) : t.joined(names)}</p>;
}

function Reactions({ message }: { message: Message }) {
  if (message.reactions === undefined) return null;
  return (
    <span class="reactions">
      {message.reactions.map(({ emoji, count }) => (
        <span key={emoji}>{emoji}{count > 1 ? ` ${count}` : ""}</span>
      ))}
    </span>
  );
}

/** Where a message stands among those around it. */
export interface MessageRowProps {
  readonly chat: VisitorChat;
  readonly message: Message;
  readonly isMine: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** The last that the visitor wrote: it tells whether it was read. */
  readonly isLastMine: boolean;
}

/** A message. */
export function MessageRow(props: MessageRowProps) {
  const { chat, message, isMine, isFirst, isLast, isLastMine } = props;
  const t = words();
  if (message.kind === "system") return <SystemLine chat={chat} message={message} />;
  const person = isMine || message.from === null ? null : chat.users.of(message.from);
  const isRecalled = message.recalledAt !== undefined;
  const name = person?.nickname ?? t.agent;
  return (
    <>
      {isFirst && !isMine && <span class="sender">{name}</span>}
      <div class={`row ${isMine ? "mine" : "theirs"}`}>
        {!isMine && (isLast
          ? <Avatar id={message.from ?? ""} name={name} url={person?.avatarUrl ?? null} size={28} />
          : <span class="no-face" />)}
        <div
          class={isRecalled ? "bubble faint" : "bubble"}
          dir="auto"
          title={fullTimeOf(message.at)}
        >
          {isRecalled ? lineOf(message) : <Content chat={chat} message={message} />}
          <Reactions message={message} />
        </div>
      </div>
      {isLast && (
        <p class={`when ${isMine ? "mine" : "theirs"}`}>
          <time dateTime={message.at}>{timeOf(message.at)}</time>
          {message.editedAt !== undefined && ` · ${t.edited}`}
          {isLastMine && ` · ${message.seq <= chat.seenSeq.value ? t.seen : t.sent}`}
        </p>
      )}
    </>
  );
}

/** A message on its way. */
export function PendingRow({ chat, item }: { chat: VisitorChat; item: OutboxItem }) {
  const t = words();
  const isFailed = item.state === "failed";
  return (
    <div class="group">
      <div class="row mine">
        <div class={`bubble ${isFailed ? "failed" : "pending"}`} dir="auto">
          <Content chat={chat} message={item.message} />
        </div>
      </div>
      <p class="when mine">
        {isFailed
          ? (
            <>
              <span class="fault">{t.failed}</span>
              <button type="button" class="link" onClick={() => chat.client.retry(item.clientId)}>
                {t.retry}
              </button>
              <button type="button" class="link" onClick={() => chat.client.discard(item.clientId)}>
                {t.discard}
              </button>
            </>
          )
          : t.sending}
      </p>
    </div>
  );
}
