/** The way back to the newest message, while one is not there. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import type { ScrollWindow } from "../window/use_window.ts";
import { words } from "../words.ts";
import type { Row } from "./rows.ts";

const down = "M12 5v14M6 13l6 6 6-6";

/** A button with the number of what is unread; nothing at the end. */
export function ToNewest({ window: list }: { window: ScrollWindow<Row> }) {
  const open = useOpen();
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    const scroller = list.scroller!;
    const look = () => {
      const isFar = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight > 160;
      setAway(isFar || !open.isWhole);
    };
    scroller.addEventListener("scroll", look, { passive: true });
    return () => scroller.removeEventListener("scroll", look);
  }, []);
  const count = open.chat.conversation(open.id)?.unread ?? 0;
  if (!isAway) return null;
  const label = words().toNewest(count);
  return (
    <button
      type="button"
      class="to-newest"
      aria-label={label}
      title={label}
      onClick={() => open.showNewest()}
    >
      {count > 0 && <span class="badge">{count > 999 ? "999+" : count}</span>}
      <Icon shape={down} size={20} />
    </button>
  );
}
