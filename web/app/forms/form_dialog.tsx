/** A form in a dialog. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "../../ui/dialog.tsx";
import type { Faults } from "../state/failures.ts";
import { useActing } from "./acting.ts";
import { Fault } from "./fault.tsx";
import { words } from "./words.ts";

/** What a form says of one of its fields, trimmed. */
export function given(form: FormData, name: string): string {
  return String(form.get(name) ?? "").trim();
}

/** What is asked and what is done with it. */
export interface FormDialogProps {
  readonly title: string;
  readonly action: string;
  /** The fields that show by themselves what is wrong with them. */
  readonly fields: readonly string[];
  readonly run: (form: FormData) => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: (faults: Faults) => ComponentChildren;
}

/** Closes when what it is for is done. */
export function FormDialog({ title, action, fields, run, onClose, children }: FormDialogProps) {
  const { isBusy, faults, act } = useActing();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // On a touch screen a keyboard would come up over what is asked.
    if (!matchMedia("(pointer: fine)").matches) return;
    form.current!.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const written = new FormData(event.currentTarget as HTMLFormElement);
    if (await act(() => run(written))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} class="dialog-form" onSubmit={(event) => void submit(event)}>
        {children(faults)}
        <Fault faults={faults} fields={fields} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>{words().cancel}</button>
          <button type="submit" class="button primary" disabled={isBusy}>{action}</button>
        </div>
      </form>
    </Dialog>
  );
}
