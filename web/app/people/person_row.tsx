/** A line about somebody in a list. */
import type { ComponentChildren } from "preact";
import { Avatar } from "../../ui/avatar.tsx";
import type { User } from "../../../client/mod.ts";
import { useChat } from "../state/chat.ts";
import { hashOf, route } from "../state/route.ts";

/** Face and name, and a note below. */
export function PersonFace({ user, note, isHere = false, size = 44 }: {
  user: User;
  note?: string | undefined;
  isHere?: boolean;
  size?: number;
}) {
  const { users } = useChat();
  const remark = users.remarkOf(user.id);
  return (
    <>
      <Avatar id={user.id} name={user.nickname} url={user.avatarUrl} size={size} isHere={isHere} />
      <span class="row-main">
        <span class="row-title">{remark ?? user.nickname}</span>
        <span class="row-excerpt">
          {note ?? (user.username === null ? "" : `@${user.username}`)}
        </span>
      </span>
    </>
  );
}

/** A line that leads to their profile. */
export function PersonRow({ user, note, isHere = false }: {
  user: User;
  note?: string | undefined;
  isHere?: boolean;
}) {
  const at = route.value;
  const isOpen = at.place === "people" && at.at === user.id;
  return (
    <li>
      <a
        class="row"
        href={hashOf({ place: "people", at: user.id })}
        aria-current={isOpen ? "true" : undefined}
      >
        <PersonFace user={user} note={note} isHere={isHere} />
      </a>
    </li>
  );
}

/** A line with what one may do about it. */
export function PersonCard({ user, note, children }: {
  user: User;
  note?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <li class="person-card">
      <a class="person-card-face" href={hashOf({ place: "people", at: user.id })}>
        <PersonFace user={user} note={note} />
      </a>
      <span class="person-card-acts">{children}</span>
    </li>
  );
}
