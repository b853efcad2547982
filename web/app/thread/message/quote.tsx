/** What a message answers to: who said it, and its first line; a press goes there. */
import { excerptOf } from "../../../ui/body/excerpt.ts";
import { useOpen } from "../open_thread.ts";
import { words as threadWords } from "../words.ts";
import { words } from "./words.ts";

/** A quote. */
export function Quote({ seq }: { seq: number }) {
  const open = useOpen();
  const quoted = open.quotes.of(seq, open.find(seq));
  const t = threadWords();
  if (quoted === "gone") return <span class="quote gone">{t.goneReply}</span>;
  if (quoted === "unknown") return <span class="quote">…</span>;
  const name = quoted.from === open.chat.me ? t.you : open.nameOf(quoted.from ?? "");
  const text = quoted.recalledAt === undefined ? excerptOf(quoted) : words().recalled;
  return (
    <button
      type="button"
      class="quote"
      aria-label={`${t.answers(name)}: ${text}`}
      onClick={() => void open.show(seq)}
    >
      <b dir="auto">{name}</b>
      <span dir="auto">{text}</span>
    </button>
  );
}
