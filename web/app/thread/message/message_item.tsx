/** A message: who said it, what, when, and what may be done with it. */
import { useMemo } from "preact/hooks";
import { Avatar } from "../../../ui/avatar.tsx";
import { MessageBody } from "../../../ui/body/body.tsx";
import { isOnlyEmoji } from "../../../ui/text/pieces.ts";
import { textOf } from "../../../ui/body/kinds.ts";
import { useOpen } from "../open_thread.ts";
import type { MessageLine } from "../rows/rows.ts";
import { calledIn } from "./called.ts";
import { Marks } from "./marks.tsx";
import { Quote } from "./quote.tsx";
import { Reactions } from "./reactions.tsx";
import { Tools } from "./tools.tsx";
import { useGestures } from "./gestures.ts";
import { words } from "./words.ts";

function Content({ row }: { row: MessageLine }) {
  const open = useOpen();
  const { message, isMine } = row;
  const called = calledIn(open, message.mentions);
  const stable = useMemo(() => called, [called.map(({ name }) => name).join("\n")]);
  if (message.recalledAt !== undefined) {
    return <i class="recalled">{isMine ? words().recalledByMe : words().recalled}</i>;
  }
  return (
    <>
      {message.replyTo !== undefined && <Quote seq={message.replyTo} />}
      <MessageBody
        said={message}
        files={open.desk.files}
        called={stable}
        onOpenImage={(id) => {
          open.overlay.value = { kind: "image", id };
        }}
        onOpenMerged={(body) => {
          open.overlay.value = { kind: "merged", body };
        }}
      />
    </>
  );
}

function classOf(row: MessageLine, isLit: boolean): string {
  const { message, isMine, isFirst, isLast } = row;
  const isBig = message.kind === "text" && message.replyTo === undefined &&
    message.recalledAt === undefined && isOnlyEmoji(textOf(message));
  const isPicture = (message.kind === "image" || message.kind === "video") &&
    message.recalledAt === undefined;
  return [
    "message",
    isMine && "mine",
    isFirst && "first",
    isLast && "last",
    isLit && "lit",
    isBig && "only-emoji",
    isPicture && "picture",
  ].filter(Boolean).join(" ");
}

function Chooser({ seq, label }: { seq: number; label: string }) {
  const open = useOpen();
  return (
    <input
      type="checkbox"
      class="chooser"
      aria-label={label}
      checked={open.selected.value?.has(seq) ?? false}
      onChange={() => open.toggle(seq)}
    />
  );
}

/** A message. */
export function MessageItem({ row }: { row: MessageLine }) {
  const open = useOpen();
  const { message, isMine, isFirst, isLast, key } = row;
  const { seq, from, reactions, recalledAt } = message;
  const gestures = useGestures(message);
  const isGroup = open.peerRead === null;
  const isChoosing = open.selected.value !== null;
  const user = open.chat.users.of(from!);
  const name = open.nameOf(from!);
  return (
    <li
      class={classOf(row, open.highlighted.value === seq)}
      data-key={key}
      data-seq={seq}
      tabIndex={-1}
      {...gestures}
    >
      {isChoosing && recalledAt === undefined && <Chooser seq={seq} label={words().select} />}
      {isGroup && !isMine && (
        <span class="face">
          {isLast && <Avatar id={from!} name={name} url={user?.avatarUrl ?? null} size={32} />}
        </span>
      )}
      <div class="bubble">
        {isGroup && !isMine && isFirst
          ? <span class="sender" dir="auto">{name}</span>
          : <span class="visually-hidden">{isMine ? words().you : name}</span>}
        <Content row={row} />
        <Marks message={message} isMine={isMine} />
        {reactions !== undefined && <Reactions message={message} />}
      </div>
      {!isChoosing && recalledAt === undefined && <Tools message={message} />}
    </li>
  );
}
