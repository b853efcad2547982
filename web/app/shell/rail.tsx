/** Where one can go. */
import { Icon } from "../../ui/icon.tsx";
import { useChat } from "../state/chat.ts";
import { hashOf, route } from "../state/route.ts";
import { type Place, places } from "./places.ts";
import { words } from "./words.ts";

function RailLink({ to, word, shape, waiting }: Place) {
  const t = words();
  const count = waiting?.(useChat()) ?? 0;
  return (
    <a href={hashOf(to)} aria-current={route.value.place === to.place ? "page" : undefined}>
      <span class="rail-icon">
        <Icon shape={shape} size={24} />
        {count > 0 && <span class="badge" aria-hidden="true">{count > 99 ? "99+" : count}</span>}
      </span>
      <span>
        {t[word]}
        {count > 0 && <span class="visually-hidden">, {t.waiting(count)}</span>}
      </span>
    </a>
  );
}

/** The rail. */
export function Rail() {
  return (
    <nav class="rail" aria-label={words().main}>
      {places.map((place) => <RailLink key={place.word} {...place} />)}
    </nav>
  );
}
