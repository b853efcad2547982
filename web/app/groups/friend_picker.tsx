/** Picking friends, by their names. */
import { useState } from "preact/hooks";
import { locale } from "../../ui/language.ts";
import { inOrder, isMeant } from "../people/friend_order.ts";
import { PersonFace } from "../people/person_row.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

// What one request may name.
const pickedMax = 100;

/** Friends to tick; `without` are not among them. */
export function FriendPicker({ picked, onPick, without = new Set() }: {
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
  without?: ReadonlySet<string>;
}) {
  const { people } = useChat();
  const t = words();
  const [written, setWritten] = useState("");
  const all = [...people.friends.value?.values() ?? []].filter(({ user }) => !without.has(user.id));
  const shown = inOrder(
    all.filter((friend) => isMeant(friend, written.trim())),
    () => false,
    locale.value,
  );
  const turn = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id) && next.size < pickedMax) next.add(id);
    onPick(next);
  };
  if (all.length === 0) return <p class="empty">{t.noneToPick}</p>;
  return (
    <fieldset class="picker">
      <legend>{t.members}</legend>
      <input
        type="search"
        class="search-field"
        aria-label={t.pick}
        placeholder={t.pick}
        autocomplete="off"
        value={written}
        // Enter would send the form around it.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        onInput={({ currentTarget }) => setWritten(currentTarget.value)}
      />
      <ul class="picker-list">
        {shown.map(({ user }) => (
          <li key={user.id}>
            <label class="row">
              <PersonFace user={user} size={36} />
              <input
                type="checkbox"
                checked={picked.has(user.id)}
                onChange={() => turn(user.id)}
              />
            </label>
          </li>
        ))}
      </ul>
      <p class="hint" role="status">{picked.size > 0 ? t.picked(picked.size) : ""}</p>
    </fieldset>
  );
}
