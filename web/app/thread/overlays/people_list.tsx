/** People, one below the other. */
import { Avatar } from "../../../ui/avatar.tsx";
import { words } from "../message/words.ts";
import { useOpen } from "../open_thread.ts";

/** Those with these ids; `mark` stands at the end of each line. */
export function PeopleList(
  { userIds, mark }: { userIds: readonly string[]; mark?: string | undefined },
) {
  const open = useOpen();
  const { me, users } = open.chat;
  if (userIds.length === 0) return <p class="dialog-note">{words().nobody}</p>;
  return (
    <ul class="people-list">
      {userIds.map((id) => {
        const name = id === me ? words().you : open.nameOf(id);
        return (
          <li key={id}>
            <Avatar id={id} name={name} url={users.of(id)?.avatarUrl ?? null} size={34} />
            <span dir="auto">{name}</span>
            {mark !== undefined && <span class="emoji">{mark}</span>}
          </li>
        );
      })}
    </ul>
  );
}
