/** Asks before what can't be undone. */
import { Dialog } from "../../ui/dialog.tsx";
import { useActing } from "./acting.ts";
import { Fault } from "./fault.tsx";
import { words } from "./words.ts";

/** What is asked. */
export interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** What the button says: the act itself, not "OK". */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A dialog that does it, stays with the reason when that fails, and else closes. */
export function Confirm({ title, text, action, isDanger = true, run, onClose }: ConfirmProps) {
  const { isBusy, faults, act } = useActing();
  const agree = async () => {
    if (await act(run)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="dialog-text">{text}</p>
      <Fault faults={faults} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>{words().cancel}</button>
        <button
          type="button"
          class={isDanger ? "button danger-solid" : "button primary"}
          disabled={isBusy}
          onClick={() => void agree()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
