/** One of a few. */
import { useId } from "preact/hooks";

/** What there is to choose from: value → words. */
export type Options<V extends string> = readonly (readonly [V, string])[];

/** A list to choose from, as a field of a form or by itself. */
export function Choice<V extends string>(
  { name, label, value, options, hint, onChoose, disabled = false }: {
    name: string;
    label: string;
    value: V;
    options: Options<V>;
    hint?: string;
    onChoose?: (value: V) => void;
    disabled?: boolean;
  },
) {
  const id = useId();
  const hintId = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : hintId}
        onChange={({ currentTarget }) => onChoose?.(currentTarget.value as V)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>{text}</option>
        ))}
      </select>
      {hint !== undefined && <small id={hintId} class="hint">{hint}</small>}
    </div>
  );
}
