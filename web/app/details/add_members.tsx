/** Bringing friends into a group. */
import { useState } from "preact/hooks";
import { FormDialog } from "../forms/form_dialog.tsx";
import { FriendPicker } from "../groups/friend_picker.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { tell } from "../state/notice.ts";
import { words } from "./words.ts";

type Status = "joined" | "pending" | "alreadyMember" | "blocked";

/** What became of each, in words. */
function summary(chat: Chat, items: readonly { userId: string; status: Status }[]): string {
  const t = words();
  const of = (...wanted: Status[]) => items.filter(({ status }) => wanted.includes(status));
  const [joined, pending, blocked] = [of("joined", "alreadyMember"), of("pending"), of("blocked")];
  return [
    joined.length > 0 ? t.added(joined.length) : "",
    pending.length > 0 ? t.proposed(pending.length) : "",
    blocked.length > 0
      ? t.notAdded(blocked.map(({ userId }) => chat.users.nameOf(userId)).join(", "))
      : "",
  ].filter((text) => text !== "").join(" ");
}

/** The dialog; `present` are in the group already. */
export function AddMembers({ groupId, present, onClose }: {
  groupId: string;
  present: ReadonlySet<string>;
  onClose: () => void;
}) {
  const chat = useChat();
  const t = words();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const add = async () => {
    if (picked.size === 0) return;
    const { items } = await chat.client.ask<{ items: { userId: string; status: Status }[] }>(
      "POST",
      `/v1/groups/${groupId}/members`,
      { userIds: [...picked] },
    );
    tell(summary(chat, items));
  };
  return (
    <FormDialog title={t.add} action={t.addNow} fields={[]} run={add} onClose={onClose}>
      {() => <FriendPicker picked={picked} onPick={setPicked} without={present} />}
    </FormDialog>
  );
}
