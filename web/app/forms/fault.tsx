/** What went wrong with a form or an act as a whole. */
import type { Faults } from "../state/failures.ts";

/** A line that is read aloud when it appears. */
export function Fault({ faults, fields = [] }: { faults: Faults; fields?: readonly string[] }) {
  // What is said of a field that is not on the screen would be said nowhere.
  const said = Object.entries(faults).find(([field]) => !fields.includes(field));
  return <p class={said ? "fault said" : "visually-hidden"} role="alert">{said?.[1]}</p>;
}
