/** Where short words about what was done are shown and read aloud. */
import { notice } from "../state/notice.ts";

/** Empty most of the time. */
export function Notices() {
  return <p class={notice.value ? "notice" : "visually-hidden"} role="status">{notice.value}</p>;
}
