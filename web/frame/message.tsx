/** One message, and one that is on its way. */
import type { Message, OutboxItem } from "../../client/mod.ts";
import { Avatar } from "../ui/avatar.tsx";
import type { Said } from "../ui/body/kinds.ts";
import { later } from "../ui/later.tsx";
import { RichText } from "../ui/text/rich_text.tsx";
import { fullTimeOf, timeOf } from "../ui/times.ts";
import type { VisitorChat } from "./chat.ts";
import { words } from "./words.ts";

// Most messages are texts; what shows the others comes with the first of them.
const OtherBody = later(() => import("../ui/body/body.tsx").then((part) => part.MessageBody));

function Content({ chat, said }: { chat: VisitorChat; said: Said }) {
  if (said.kind === "text") return <RichText text={(said.body as { text: string }).text} />;
  return <OtherBody said={said} files={chat.files} onOpenImage={(id) => chat.picture.value = id} />;
}

function SystemLine({ chat, message }: { chat: VisitorChat; message: Message }) {
  const t = words();
  const { event, userIds } = message.body as { event: string; userIds: string[] };
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
        <span key={emoji} class="emoji">{emoji}{count > 1 ? ` ${count}` : ""}</span>
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

function Foot({ chat, message, isMine, isLastMine }: MessageRowProps) {
  const t = words();
  return (
    <p class={`when ${isMine ? "mine" : "theirs"}`}>
      <time dateTime={message.at}>{timeOf(message.at)}</time>
      {message.editedAt !== undefined && ` · ${t.edited}`}
      {isLastMine && ` · ${message.seq <= chat.seenSeq.value ? t.seen : t.sent}`}
    </p>
  );
}

/** A message. */
export function MessageRow(props: MessageRowProps) {
  const { chat, message, isMine, isFirst, isLast } = props;
  const t = words();
  if (message.kind === "system") return <SystemLine chat={chat} message={message} />;
  const person = isMine || message.from === null ? null : chat.users.of(message.from);
  const isRecalled = message.recalledAt !== undefined;
  const name = person?.nickname || t.agent;
  return (
    <>
      {isFirst && !isMine && <span class="sender">{name}</span>}
      <div class={`row ${isMine ? "mine" : "theirs"}`}>
        {!isMine && (isLast
          ? <Avatar id={message.from ?? ""} name={name} url={person?.avatarUrl ?? null} size={28} />
          : <span class="no-face" />)}
        <div class={isRecalled ? "bubble faint" : "bubble"} title={fullTimeOf(message.at)}>
          {isRecalled ? t.recalled : <Content chat={chat} said={message} />}
          <Reactions message={message} />
        </div>
      </div>
      {(isLast || props.isLastMine) && <Foot {...props} />}
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
        <div class={`bubble ${isFailed ? "failed" : "pending"}`}>
          <Content chat={chat} said={item.message} />
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
