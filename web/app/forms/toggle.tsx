/** On or off. */
import { useId } from "preact/hooks";

/** A switch with its name, as a field of a form or by itself. */
export function Toggle(
  { name, label, hint, isOn, onTurn, disabled = false }: {
    name: string;
    label: string;
    hint?: string;
    isOn: boolean;
    onTurn?: (isOn: boolean) => void;
    disabled?: boolean;
  },
) {
  const id = useId();
  const hintId = useId();
  // In a form it is the form's until it is sent: rendering again must not turn it back.
  const state = onTurn === undefined ? { defaultChecked: isOn } : { checked: isOn };
  return (
    <div class="toggle">
      <span class="toggle-text">
        <label for={id}>{label}</label>
        {hint !== undefined && <small id={hintId} class="hint">{hint}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        name={name}
        id={id}
        {...state}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : hintId}
        onChange={({ currentTarget }) => {
          if (onTurn === undefined) return;
          const wanted = currentTarget.checked;
          // It shows what is, and that it was done only once it was.
          currentTarget.checked = isOn;
          onTurn(wanted);
        }}
      />
    </div>
  );
}
