/** Friends in a list: which are meant, and in what order. */
import type { Friend } from "../../../client/mod.ts";

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
