/** What is beside the list of people: somebody, or what waits for an answer. */
import { PersonScreen } from "./person_screen.tsx";
import { RequestsScreen } from "./requests_screen.tsx";
import { words } from "./words.ts";

/** The screen at an address below People. */
export function PeopleStage({ at }: { at: string | undefined }) {
  if (at === undefined) return <p class="nothing">{words().pickSomebody}</p>;
  return at === "requests" ? <RequestsScreen /> : <PersonScreen key={at} id={at} />;
}
