/** My friends: who is there first, then by name. */
import type { Friend } from "../../../client/mod.ts";
import { locale } from "../../ui/language.ts";
import { useChat } from "../state/chat.ts";
import { PersonRow } from "./person_row.tsx";
import { presenceText, usePresences } from "./presence.ts";
import { words } from "./words.ts";

/** What a friend is called here. */
export function nameOf({ remark, user }: Friend): string {
  return remark || user.nickname;
}

/** Whether a friend is meant by what was written. */
export function isMeant(friend: Friend, written: string): boolean {
  const sought = written.toLocaleLowerCase();
  const { remark, user: { nickname, username } } = friend;
  return [remark, nickname, username].some((name) => name?.toLocaleLowerCase().includes(sought));
}

/** Friends in the order of the list. */
export function inOrder(
  friends: Iterable<Friend>,
  isHere: (friend: Friend) => boolean,
  tag: string,
): Friend[] {
  const { compare } = new Intl.Collator(tag, { sensitivity: "base", numeric: true });
  return [...friends].sort((a, b) =>
    Number(isHere(b)) - Number(isHere(a)) || compare(nameOf(a), nameOf(b))
  );
}

/** The friends that fit what was written; all when nothing was. */
export function FriendList({ written }: { written: string }) {
  const { people } = useChat();
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
        {shown.map((friend) => (
          <PersonRow
            key={friend.user.id}
            user={friend.user}
            note={presenceText(presenceOf(friend.user.id)) || undefined}
            isHere={isHere(friend)}
          />
        ))}
      </ul>
    </section>
  );
}
