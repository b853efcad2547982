/** In place of the composer: why one may not write. */
import { fullTimeOf } from "../../../ui/times.ts";
import type { Closed } from "../gate.ts";
import { words } from "./words.ts";

/** The reason, in a line. */
export function ClosedNote({ closed }: { closed: Closed }) {
  const t = words();
  const text = closed.reason === "muted"
    ? t.mutedUntil(fullTimeOf(closed.until!))
    : t.closed[closed.reason];
  return <p class="composer closed" role="status">{text}</p>;
}
