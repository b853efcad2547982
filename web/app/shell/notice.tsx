/** Where a short word about what was just tried appears. */
import { IconButton, shapes } from "../../ui/icon.tsx";
import { hush, notice } from "../state/notice.ts";
import { words } from "./words.ts";

/** The word, while there is one; it is read aloud. */
export function Notice() {
  const text = notice.value;
  return (
    <div class="told-place" role="status">
      {text !== null && (
        <div class="told">
          <span>{text}</span>
          <IconButton shape={shapes.close} label={words().close} onClick={hush} />
        </div>
      )}
    </div>
  );
}
