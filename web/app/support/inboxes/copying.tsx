/** A text to take along: it is copied, or at least marked. */
import { useRef } from "preact/hooks";
import { tell } from "../../state/notice.ts";
import { words } from "./words.ts";

/** The text, whole, and a button that copies it. */
export function Copying({ label, text, rows }: { label: string; text: string; rows: number }) {
  const t = words();
  const area = useRef<HTMLTextAreaElement>(null);
  const copy = async () => {
    // Only pages over https may write to the clipboard.
    if (navigator.clipboard === undefined) return area.current!.select();
    await navigator.clipboard.writeText(text);
    tell(t.copied);
  };
  return (
    <div class="copying">
      <textarea
        ref={area}
        class="search-field"
        readOnly
        rows={rows}
        spellcheck={false}
        dir="ltr"
        value={text}
        aria-label={label}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button type="button" class="button" onClick={() => void copy()}>{t.copy}</button>
    </div>
  );
}
