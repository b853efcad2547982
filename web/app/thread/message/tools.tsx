/** The few things that are at hand beside a message while the pointer is over it. */
import type { Message } from "../../../../client/mod.ts";
import { Icon, shapes } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import { mayReact, mayReply, replyTo } from "../menu/acts.ts";
import { words } from "./words.ts";

/** The outline of an arrow that turns back. */
export const replyShape = "M10 6l-5 5 5 5M5 11h8a6 6 0 016 6v1";

function Tool({ shape, label, onClick }: {
  shape: string;
  label: string;
  onClick: (event: MouseEvent) => void;
}) {
  return (
    <button type="button" tabIndex={-1} aria-label={label} title={label} onClick={onClick}>
      <Icon shape={shape} size={18} />
    </button>
  );
}

/** Reply, react, and all the rest. */
export function Tools({ message }: { message: Message }) {
  const open = useOpen();
  const view = open.chat.client.conversation(open.id);
  const t = words();
  if (view === undefined) return null;
  const showMenu = ({ clientX: x, clientY: y }: MouseEvent) => {
    open.overlay.value = { kind: "menu", message, x, y };
  };
  return (
    <span class="tools">
      {mayReact(open, view) && <Tool shape={shapes.smile} label={t.react} onClick={showMenu} />}
      {mayReply(open, view) && (
        <Tool
          shape={replyShape}
          label={t.reply}
          onClick={() => replyTo(open, message)}
        />
      )}
      <Tool shape={shapes.more} label={t.more} onClick={showMenu} />
    </span>
  );
}
