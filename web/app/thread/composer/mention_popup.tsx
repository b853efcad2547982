/** Who may be called by name, above the text that is written. */
import { Avatar } from "../../../ui/avatar.tsx";
import { useOpen } from "../open_thread.ts";
import type { Candidate } from "./mentions.ts";
import { words } from "./words.ts";

/** The list; the focus stays in the text, `active` is the one that Enter takes. */
export function MentionPopup({ id, found, active, onPick }: {
  id: string;
  found: readonly Candidate[];
  active: number;
  onPick: (candidate: Candidate) => void;
}) {
  const { chat } = useOpen();
  return (
    <ul class="menu mention-popup" id={id} role="listbox" aria-label={words().mention}>
      {found.map((candidate, place) => (
        <li
          key={candidate.id}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          // A press would take the focus from the text.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(candidate)}
        >
          <Avatar
            id={candidate.id}
            name={candidate.name}
            url={candidate.id === "all" ? null : chat.users.of(candidate.id)?.avatarUrl ?? null}
            size={28}
          />
          <span dir="auto">{candidate.name}</span>
          {candidate.id === "all" && <small>{words().everyone}</small>}
        </li>
      ))}
    </ul>
  );
}
