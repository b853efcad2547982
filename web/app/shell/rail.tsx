/** Where one can go. */
import { Icon } from "../../ui/icon.tsx";
import { useChat } from "../state/chat.ts";
import { hashOf, route } from "../state/route.ts";
import { type Place, places } from "./places.ts";
import { words } from "./words.ts";

// Inboxes are made where one answers in them.
function isAt({ to }: Place): boolean {
  const { place } = route.value;
  return place === to.place || place === "inboxes" && to.place === "support";
}

function RailLink({ place }: { place: Place }) {
  const { to, word, shape, waiting } = place;
  const t = words();
  const count = waiting?.(useChat()) ?? 0;
  return (
    <a href={hashOf(to)} aria-current={isAt(place) ? "page" : undefined}>
      <span class="rail-icon">
        <Icon shape={shape} size={24} />
        {count > 0 && <span class="badge" aria-hidden="true">{count > 99 ? "99+" : count}</span>}
      </span>
      <span>
        {t[word]}
        {count > 0 && (
          <span class="visually-hidden">
            , {word === "support" ? t.visitors(count) : t.waiting(count)}
          </span>
        )}
      </span>
    </a>
  );
}

/** The rail. */
export function Rail() {
  const chat = useChat();
  const mine = places.filter(({ isFor }) => isFor === undefined || isFor(chat));
  return (
    <nav class="rail" aria-label={words().main}>
      {mine.map((place) => <RailLink key={place.word} place={place} />)}
    </nav>
  );
}
