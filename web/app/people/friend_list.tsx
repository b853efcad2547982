/** My friends: who is there first, then by name. */
import { useState } from "preact/hooks";
import type { Friend } from "../../../client/mod.ts";
import { locale } from "../../ui/language.ts";
import { words as formWords } from "../forms/words.ts";
import { useChat } from "../state/chat.ts";
import { inOrder, isMeant } from "./friend_order.ts";
import { PersonRow } from "./person_row.tsx";
import { presenceText, usePresences } from "./presence.ts";
import { words } from "./words.ts";

const shownAtOnce = 200;

/** The friends that fit what was written; all when nothing was. */
export function FriendList({ written }: { written: string }) {
  const { people } = useChat();
  const [count, setCount] = useState(shownAtOnce);
  const all = [...people.friends.value?.values() ?? []];
  const presenceOf = usePresences(all.map(({ user }) => user.id));
  const isHere = ({ user, online }: Friend) => presenceOf(user.id)?.online ?? online;
  const shown = inOrder(all.filter((friend) => isMeant(friend, written)), isHere, locale.value);
  if (shown.length === 0) {
    const isEmpty = people.friends.value !== null && written === "";
    return isEmpty ? <p class="empty">{words().noFriends}</p> : null;
  }
  return (
    <section aria-labelledby="friends-heading">
      <h2 id="friends-heading" class="list-heading">{words().friends}</h2>
      <ul class="rows-in">
        {shown.slice(0, count).map((friend) => (
          <PersonRow
            key={friend.user.id}
            user={friend.user}
            note={presenceText(presenceOf(friend.user.id)) || undefined}
            isHere={isHere(friend)}
          />
        ))}
      </ul>
      {shown.length > count && (
        <button
          type="button"
          class="act"
          onClick={() => setCount(count + shownAtOnce)}
        >
          {formWords().more}
        </button>
      )}
    </section>
  );
}
