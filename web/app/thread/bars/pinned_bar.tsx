/** What is pinned, below the head: one at a time, the newest first; a press goes there and on to the next. */
import { useState } from "preact/hooks";
import { excerptOf } from "../../../ui/body/excerpt.ts";
import { Icon, IconButton } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";

const outlines = {
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
};

/** Nothing while nothing is pinned. */
export function PinnedBar() {
  const open = useOpen();
  const [turn, setTurn] = useState(0);
  const pins = open.pins.items.value;
  if (pins.length === 0) return null;
  const t = words();
  const shown = pins[turn % pins.length]!;
  return (
    <div class="bar">
      <button
        type="button"
        class="bar-main"
        onClick={() => {
          setTurn((turn + 1) % pins.length);
          void open.show(shown.seq);
        }}
      >
        <Icon shape={outlines.pin} size={18} />
        <span class="bar-words">
          <b>{t.pinned}{pins.length > 1 && ` ${turn % pins.length + 1}/${pins.length}`}</b>
          <span dir="auto">{excerptOf(shown)}</span>
        </span>
      </button>
      <IconButton
        shape={outlines.list}
        label={t.allPinned(pins.length)}
        onClick={() => {
          open.overlay.value = { kind: "pins" };
        }}
      />
    </div>
  );
}
