/** What stands at the end of a message: when, whether edited or pinned, and what became of it. */
import type { Message } from "../../../../client/mod.ts";
import { Icon } from "../../../ui/icon.tsx";
import { fullTimeOf, timeOf } from "../../../ui/times.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "./words.ts";

const shapes = {
  sending: "M12 7v5l3 2M12 20a8 8 0 100-16 8 8 0 000 16z",
  sent: "M5 13l4 4L19 7",
  read: "M2 13l4 4L15 7M11 16l1 1L22 7",
  failed: "M12 8v5M12 16h.01M12 21a9 9 0 100-18 9 9 0 000 18z",
  pinned: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
};

/** How far a message of mine has come. */
export function Delivery({ state }: { state: "sending" | "sent" | "read" | "failed" }) {
  const said = words()[state];
  return (
    <span class={`delivery ${state}`} title={said}>
      <Icon shape={shapes[state]} size={15} />
      <span class="visually-hidden">{said}</span>
    </span>
  );
}

/** The end of a message. */
export function Marks({ message, isMine }: { message: Message; isMine: boolean }) {
  const { peerRead } = useOpen();
  const { at, seq, editedAt, pinnedAt } = message;
  const t = words();
  const isRead = isMine && peerRead !== null && peerRead.seq.value >= seq;
  return (
    <span class="marks">
      {pinnedAt !== undefined && (
        <span title={t.pinned}>
          <Icon shape={shapes.pinned} size={13} />
          <span class="visually-hidden">{t.pinned}</span>
        </span>
      )}
      {editedAt !== undefined && <span title={fullTimeOf(editedAt)}>{t.edited}</span>}
      <time dateTime={at} title={fullTimeOf(at)}>{timeOf(at)}</time>
      {isMine && <Delivery state={isRead ? "read" : "sent"} />}
    </span>
  );
}
