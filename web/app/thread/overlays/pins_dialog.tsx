/** All that is pinned in a conversation. */
import { Dialog } from "../../../ui/dialog.tsx";
import { excerptOf } from "../../../ui/body/excerpt.ts";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { briefly } from "../../../ui/times.ts";
import { mayPin, setPin } from "../menu/acts.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";

/** A press goes to one. */
export function PinsDialog({ onClose }: { onClose: () => void }) {
  const open = useOpen();
  const view = open.chat.conversation(open.id);
  const t = words();
  const pins = open.pins.items.value;
  return (
    <Dialog title={t.allPinned(pins.length)} onClose={onClose}>
      <ul class="pins-list">
        {pins.map((message) => (
          <li key={message.seq}>
            <button
              type="button"
              onClick={() => {
                onClose();
                void open.show(message.seq);
              }}
            >
              <b dir="auto">{open.nameOf(message.from ?? "")}</b>
              <time dateTime={message.at}>{briefly(message.at)}</time>
              <span dir="auto">{excerptOf(message)}</span>
            </button>
            {view !== undefined && mayPin(open, view) && (
              <IconButton
                shape={shapes.close}
                label={t.unpin}
                onClick={() => setPin(open, message, false)}
              />
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
