/** The small marks of a row: time, ticks, unread, mentioned, pinned, muted. */
import type { ConversationView, OutboxItem } from "../../../client/mod.ts";
import { Icon } from "../../ui/icon.tsx";
import { briefly } from "../../ui/times.ts";
import { today } from "../../ui/today.ts";
import type { Chat } from "../state/chat.ts";
import { listShapes } from "./icons.ts";
import { useReadTick } from "./read_ticks.ts";
import { words } from "./words.ts";

const shownMax = 999;

/** A picture with a name. */
function Mark({ shape, label, kind = "" }: { shape: string; label: string; kind?: string }) {
  return (
    <span class={`mark ${kind}`} role="img" aria-label={label} title={label}>
      <Icon shape={shape} size={16} />
    </span>
  );
}

/** When the last thing was said, and what became of mine. */
export function RowTime({ chat, view, item }: {
  chat: Chat;
  view: ConversationView;
  item: OutboxItem | undefined;
}) {
  const t = words();
  const isRead = useReadTick(chat, view);
  const at = item?.at ?? view.lastMessage?.at;
  return (
    <span class="row-time">
      {item?.state === "sending" && <Mark shape={listShapes.clock} label={t.sending} />}
      {item?.state === "failed" && <Mark shape={listShapes.alert} label={t.failed} kind="danger" />}
      {item === undefined && isRead !== null && (
        <Mark
          shape={isRead ? listShapes.read : listShapes.sent}
          label={isRead ? t.read : t.sent}
          kind={isRead ? "accent" : ""}
        />
      )}
      {at && <time dateTime={at}>{briefly(at, today.value)}</time>}
    </span>
  );
}

/** What waits there, and how it was set. */
export function RowMarks({ view }: { view: ConversationView }) {
  const t = words();
  const { my, unread, mentioned } = view;
  const isQuiet = my.notify === "none" || my.notify === "mentions" && !mentioned;
  const isMarked = unread === 0 && my.markedUnread === true;
  return (
    <span class="row-marks">
      {my.notify === "none" && <Mark shape={listShapes.mute} label={t.muted} />}
      {my.pinned && <Mark shape={listShapes.pin} label={t.pinned} />}
      {mentioned && unread > 0 && (
        <span class="badge" role="img" aria-label={t.mentioned}>
          <Icon shape={listShapes.at} size={14} />
        </span>
      )}
      {unread > 0 && (
        <span class={isQuiet ? "badge quiet" : "badge"} role="img" aria-label={t.unread(unread)}>
          {unread > shownMax ? `${shownMax}+` : unread}
        </span>
      )}
      {isMarked && (
        <span
          class={isQuiet ? "badge quiet dot" : "badge dot"}
          role="img"
          aria-label={t.markedUnread}
        />
      )}
    </span>
  );
}
