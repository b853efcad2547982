/** Lines to fill in. */
import { useId } from "preact/hooks";

/** A field of several lines; `FormData` has what was written under `name`. */
export function LongField({ name, label, value = "", maxLength, rows = 3, fault, hint }: {
  name: string;
  label: string;
  value?: string;
  maxLength: number;
  rows?: number;
  fault?: string | undefined;
  hint?: string;
}) {
  const id = useId();
  const noteId = useId();
  const note = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={rows}
        maxLength={maxLength}
        defaultValue={value}
        aria-invalid={fault !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
      />
      {note !== undefined && <small id={noteId} class={fault ? "fault" : "hint"}>{note}</small>}
    </div>
  );
}
