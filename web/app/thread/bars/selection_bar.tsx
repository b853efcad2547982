/** What is done with the messages that are selected, in place of the composer. */
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { copyText } from "../menu/acts.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";

const forwardMax = 100;

/** The bar. */
export function SelectionBar() {
  const open = useOpen();
  const seqs = [...open.selected.value ?? []].sort((a, b) => a - b);
  const t = words();
  const isNone = seqs.length === 0;
  return (
    <div
      class="composer selection"
      role="toolbar"
      aria-label={t.selected(seqs.length)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        open.selected.value = null;
      }}
    >
      <IconButton
        shape={shapes.close}
        label={t.cancel}
        onClick={() => {
          open.selected.value = null;
        }}
      />
      <span class="selection-count" role="status">{t.selected(seqs.length)}</span>
      <button
        type="button"
        class="button"
        disabled={isNone}
        onClick={() => {
          void copyText(open, seqs.flatMap((seq) => open.find(seq) ?? []));
          open.selected.value = null;
        }}
      >
        {t.copy}
      </button>
      <button
        type="button"
        class="button danger"
        disabled={isNone}
        onClick={() => {
          open.overlay.value = { kind: "ask", act: "remove", seqs };
        }}
      >
        {t.remove}
      </button>
      <button
        type="button"
        class="button primary"
        disabled={isNone || seqs.length > forwardMax}
        onClick={() => {
          open.overlay.value = { kind: "forward", seqs };
        }}
      >
        {t.forward}
      </button>
    </div>
  );
}
