/** A line to fill in: its name, what is wrong with it, and what is asked for. */
import { useId } from "preact/hooks";

/** What a field is. */
export interface FieldProps {
  readonly name: string;
  readonly label: string;
  /** What is wrong with what was given. */
  readonly fault?: string | undefined;
  readonly type?: "text" | "password" | "tel" | "url";
  readonly autocomplete?: string;
  readonly hint?: string;
  readonly value?: string;
  readonly maxLength?: number;
  readonly isRequired?: boolean;
}

/** A field of a form; `FormData` has what was written under `name`. */
export function Field(props: FieldProps) {
  const { name, label, fault, hint, value, maxLength } = props;
  const { type = "text", autocomplete = "off", isRequired = true } = props;
  const id = useId();
  const noteId = useId();
  const note = fault ?? hint;
  // The types know each kind of input apart, and which may have what; all these may have all this. Its
  // first value only: rendering again must not undo what was written since.
  const kind = { type, defaultValue: value, maxLength } as { type: "text" };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...kind}
        id={id}
        name={name}
        autocomplete={autocomplete}
        required={isRequired}
        autocapitalize={name === "username" ? "none" : "sentences"}
        aria-invalid={fault !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
      />
      {note !== undefined && <small id={noteId} class={fault ? "fault" : "hint"}>{note}</small>}
    </div>
  );
}
