/** What is said while nobody answers: the site's words, and when somebody does. */
import type { InboxFace } from "../../client/mod.ts";
import { locale } from "../ui/language.ts";
import { linesOf, placeOf } from "./hours.ts";
import { words } from "./words.ts";

/** Nobody is there; what is written is read later. */
export function Away({ face: { offlineMessage, hours } }: { face: InboxFace }) {
  const t = words();
  const lines = hours === null ? [] : linesOf(hours, locale.value);
  return (
    <div class="note">
      <p dir="auto">{offlineMessage || t.offline}</p>
      {lines.length > 0 && (
        <table class="hours">
          <caption>{t.hours(placeOf(hours!))}</caption>
          <tbody>
            {lines.map(({ days, times }) => (
              <tr key={days}>
                <th scope="row">{days}</th>
                <td>{times}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
