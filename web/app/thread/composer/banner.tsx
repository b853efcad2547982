/** Above the text: what is answered, or edited. */
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { excerptOf } from "../../../ui/body/excerpt.ts";
import { useOpen } from "../open_thread.ts";
import { words as threadWords } from "../words.ts";
import { words } from "./words.ts";

const outlines = {
  reply: "M10 6l-5 5 5 5M5 11h8a6 6 0 016 6v1",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
};

/** Nothing while nothing is. */
export function Banner() {
  const open = useOpen();
  const { reply, editing, chat } = open;
  const about = editing.value ?? reply.value;
  if (about === null) return null;
  const t = words();
  const isEdit = editing.value !== null;
  const name = about.from === chat.me ? threadWords().you : open.nameOf(about.from ?? "");
  return (
    <div class="banner">
      <Icon shape={isEdit ? outlines.edit : outlines.reply} size={20} />
      <span class="banner-words">
        <b dir="auto">{isEdit ? t.editing : t.replying(name)}</b>
        <span dir="auto">{excerptOf(about)}</span>
      </span>
      <IconButton
        shape={shapes.close}
        label={isEdit ? t.cancelEdit : t.cancelReply}
        onClick={() => {
          reply.value = null;
          editing.value = null;
        }}
      />
    </div>
  );
}
