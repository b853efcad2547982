/** A password to fill in, which one may look at. */
import { useId, useState } from "preact/hooks";
import { IconButton } from "../../ui/icon.tsx";
import { wordsOf } from "../../ui/language.ts";

const words = wordsOf({
  en: { show: "Show characters", hide: "Hide characters" },
  zh: { show: "显示字符", hide: "隐藏字符" },
});
const eye =
  "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 100-6 3 3 0 000 6z";
const struckEye = `${eye}M4 4l16 16`;

/** What a password is for. */
export interface PasswordFieldProps {
  readonly name: string;
  readonly label: string;
  readonly autocomplete: "current-password" | "new-password";
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

/** The field, hidden at first. */
export function PasswordField({ name, label, autocomplete, hint, fault }: PasswordFieldProps) {
  const t = words();
  const [isShown, setShown] = useState(false);
  const id = useId();
  const noteId = useId();
  const note = fault ?? hint;
  // The types know each kind of input apart; this one is of two.
  const kind = { type: isShown ? "text" : "password" } as { type: "text" };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="password">
        <input
          {...kind}
          id={id}
          name={name}
          autocomplete={autocomplete}
          required
          maxLength={512}
          autocapitalize="none"
          spellcheck={false}
          aria-invalid={fault !== undefined}
          aria-describedby={note === undefined ? undefined : noteId}
        />
        <IconButton
          shape={isShown ? struckEye : eye}
          label={isShown ? t.hide : t.show}
          onClick={() => setShown(!isShown)}
        />
      </span>
      {note !== undefined && <small id={noteId} class={fault ? "fault" : "hint"}>{note}</small>}
    </div>
  );
}
