/** Asks once more before something that can't be undone. */
import { Dialog } from "../../../ui/dialog.tsx";
import { recall, removeForMe } from "../menu/acts.ts";
import { words } from "../message/words.ts";
import { useOpen } from "../open_thread.ts";

/** About recalling a message, or deleting some for oneself. */
export function AskDialog({ act, seqs, onClose }: {
  act: "recall" | "remove";
  seqs: readonly number[];
  onClose: () => void;
}) {
  const open = useOpen();
  const t = words();
  const go = () => {
    onClose();
    open.selected.value = null;
    const message = open.find(seqs[0]!);
    if (act === "remove") void removeForMe(open, seqs);
    else if (message !== undefined) recall(open, message);
  };
  return (
    <Dialog title={act === "recall" ? t.askRecall : t.askRemove(seqs.length)} onClose={onClose}>
      {act === "remove" && <p class="dialog-note">{t.askRemoveNote}</p>}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
        <button type="button" class="button danger" onClick={go}>
          {act === "recall" ? t.recall : t.remove}
        </button>
      </div>
    </Dialog>
  );
}
