/** A form on a screen that is saved, and says so. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Faults } from "../state/failures.ts";
import { useActing } from "./acting.ts";
import { Fault } from "./fault.tsx";
import { words } from "./words.ts";

/** What it holds and what is done with it. */
export interface SaveFormProps {
  readonly action?: string;
  /** What is said when it is done. */
  readonly done?: string;
  /** The fields that show by themselves what is wrong with them. */
  readonly fields: readonly string[];
  /** Gives `false` where there is something to mend first. */
  readonly save: (form: FormData, element: HTMLFormElement) => Promise<unknown>;
  /** Another value after each change that no field of the form tells of. */
  readonly edits?: number;
  readonly children: (faults: Faults) => ComponentChildren;
}

/** Stays as it is after saving. */
export function SaveForm({ action, done, fields, save, edits, children }: SaveFormProps) {
  const t = words();
  const { isBusy, faults, act } = useActing();
  const [isSaved, setSaved] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    let isWhole = true;
    const isDone = await act(async () => {
      isWhole = await save(new FormData(element), element) !== false;
    });
    setSaved(isDone && isWhole);
  };
  useEffect(() => setSaved(false), [edits]);
  return (
    <form
      class="save-form"
      onSubmit={(event) => void submit(event)}
      onInput={() => setSaved(false)}
    >
      {children(faults)}
      <Fault faults={faults} fields={fields} />
      <div class="save-foot">
        <button type="submit" class="button primary" disabled={isBusy}>{action ?? t.save}</button>
        <span role="status" class="saved">{isSaved ? done ?? t.saved : ""}</span>
      </div>
    </form>
  );
}
