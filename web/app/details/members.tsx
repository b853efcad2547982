/** Who is in a group. */
import { useState } from "preact/hooks";
import type { ConversationView, Member } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Icon } from "../../ui/icon.tsx";
import { words as formWords } from "../forms/words.ts";
import { type Chat, useChat } from "../state/chat.ts";
import { AddMembers } from "./add_members.tsx";
import { MemberDialog } from "./member_dialog.tsx";
import { memberName, mutedText } from "./member_words.ts";
import { mayAdd, takesPart } from "./ranks.ts";
import { useMembers } from "./use_members.ts";
import { words } from "./words.ts";

const plus = "M12 5v14M5 12h14";
const shownAtOnce = 100;
const order = { owner: 0, manager: 1, member: 2 } as const;

function isSought(chat: Chat, member: Member, written: string): boolean {
  const user = chat.users.of(member.userId);
  return [memberName(chat, member), member.alias, user?.nickname, user?.username]
    .some((name) => name?.toLocaleLowerCase().includes(written));
}

function MemberRow({ member, onOpen }: { member: Member; onOpen: () => void }) {
  const chat = useChat();
  const t = words();
  const user = chat.users.of(member.userId);
  const isMe = member.userId === chat.me;
  return (
    <li>
      <button type="button" class="row member" onClick={onOpen}>
        <Avatar
          id={member.userId}
          name={user?.nickname ?? ""}
          url={user?.avatarUrl ?? null}
          size={38}
        />
        <span class="row-main">
          <span class="row-title">{memberName(chat, member)}{isMe && ` (${t.you})`}</span>
          <span class="row-excerpt">{mutedText(member)}</span>
        </span>
        {t.roles[member.role] && <span class="badge quiet">{t.roles[member.role]}</span>}
      </button>
    </li>
  );
}

function Adding({ view, members }: { view: ConversationView; members: readonly Member[] }) {
  const [isAdding, setAdding] = useState(false);
  if (!takesPart(view) || !mayAdd(view)) return null;
  return (
    <>
      <button type="button" class="row member" onClick={() => setAdding(true)}>
        <span class="row-emblem small">
          <Icon shape={plus} />
        </span>
        <span class="row-title">{words().add}</span>
      </button>
      {isAdding && (
        <AddMembers
          groupId={view.id}
          present={new Set(members.map(({ userId }) => userId))}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

function MemberList({ view, members }: { view: ConversationView; members: readonly Member[] }) {
  const [shown, setShown] = useState(shownAtOnce);
  const [openId, setOpenId] = useState<string | null>(null);
  const opened = members.find(({ userId }) => userId === openId);
  return (
    <>
      <ul class="rows-in" aria-label={words().members}>
        {members.slice(0, shown).map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            onOpen={() => setOpenId(member.userId)}
          />
        ))}
      </ul>
      {members.length > shown && (
        <button
          type="button"
          class="button"
          onClick={() => setShown(shown + shownAtOnce)}
        >
          {formWords().more}
        </button>
      )}
      {opened && <MemberDialog view={view} member={opened} onClose={() => setOpenId(null)} />}
    </>
  );
}

/** The page: leaders first, then in the order they came. */
export function Members({ view }: { view: ConversationView }) {
  const chat = useChat();
  const t = words();
  const members = useMembers(view.id);
  const [written, setWritten] = useState("");
  if (members === null) return null;
  const sought = written.trim().toLocaleLowerCase();
  const found = [...members].sort((a, b) => order[a.role] - order[b.role])
    .filter((member) => sought === "" || isSought(chat, member, sought));
  return (
    <>
      <input
        type="search"
        class="search-field"
        aria-label={t.findMember}
        placeholder={t.findMember}
        autocomplete="off"
        value={written}
        onInput={({ currentTarget }) => setWritten(currentTarget.value)}
      />
      <Adding view={view} members={members} />
      <MemberList view={view} members={found} />
    </>
  );
}
