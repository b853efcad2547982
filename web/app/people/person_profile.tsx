/** Who somebody is. */
import type { User } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { dayOf } from "../../ui/times.ts";
import { useChat } from "../state/chat.ts";
import { presenceText, usePresences } from "./presence.ts";
import { words } from "./words.ts";

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (!value) return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Face and name, and whether they are here. */
export function PersonHead({ user }: { user: User }) {
  const { users } = useChat();
  const t = words();
  const presence = usePresences([user.id])(user.id);
  return (
    <div class="profile">
      <Avatar
        id={user.id}
        name={user.nickname}
        url={user.avatarUrl}
        size={96}
        isHere={presence?.online ?? false}
      />
      <h2>{users.remarkOf(user.id) ?? user.nickname}</h2>
      <p class="profile-here" role="status">{presenceText(presence)}</p>
      {t.roles[user.role] && <span class="badge quiet">{t.roles[user.role]}</span>}
    </div>
  );
}

/** What they say of themselves. */
export function PersonFacts({ user }: { user: User }) {
  const { people } = useChat();
  const t = words();
  const friend = people.friends.value?.get(user.id);
  return (
    <dl class="facts">
      <Fact name={t.ownName} value={friend?.remark && user.nickname} />
      <Fact name={t.username} value={user.username && `@${user.username}`} />
      <Fact name={t.bio} value={user.bio} />
      <Fact name={t.sex} value={t.sexes[user.sex]} />
      <Fact name={t.friendSince} value={friend && dayOf(friend.since)} />
    </dl>
  );
}
