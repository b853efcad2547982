/** A member of a group: who they are, and what one may do about them. */
import { useState } from "preact/hooks";
import type { ConversationView, Member } from "../../../client/mod.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useActing } from "../forms/acting.ts";
import { Confirm } from "../forms/confirm.tsx";
import { Fault } from "../forms/fault.tsx";
import { PersonView } from "../people/person_view.tsx";
import { useChat } from "../state/chat.ts";
import { memberName, mutedText } from "./member_words.ts";
import { type MemberParts, Muting } from "./muting.tsx";
import { actsOn, takesPart } from "./ranks.ts";
import { words } from "./words.ts";

type Asking = "remove" | "transfer" | null;

function AskedOf({ what, view, member, onClose, onDone }: {
  what: Asking;
  view: ConversationView;
  member: Member;
  onClose: () => void;
  onDone: () => void;
}) {
  const chat = useChat();
  const t = words();
  const name = memberName(chat, member);
  const { userId } = member;
  const path = `/v1/groups/${view.id}`;
  if (what === "remove") {
    return (
      <Confirm
        title={t.removeTitle(name)}
        text={t.removeText}
        action={t.remove}
        run={() => chat.client.ask("DELETE", `${path}/members/${userId}`).then(onDone)}
        onClose={onClose}
      />
    );
  }
  if (what === null) return null;
  return (
    <Confirm
      title={t.transferTitle(name)}
      text={t.transferText}
      action={t.transfer}
      run={() => chat.client.ask("POST", `${path}/owner`, { userId })}
      onClose={onClose}
    />
  );
}

function MemberActList(parts: MemberParts & { onClose: () => void }) {
  const { view, member, acting: { isBusy }, patch, onClose } = parts;
  const t = words();
  const [asking, setAsking] = useState<Asking>(null);
  const may = actsOn(view.my.role, member.role, member.userId === useChat().me);
  if (!takesPart(view) || !(may.setRole || may.mute || may.remove)) return null;
  const isManager = member.role === "manager";
  return (
    <div class="act-list">
      {may.setRole && (
        <button
          type="button"
          class="act"
          disabled={isBusy}
          onClick={() => void patch({ role: isManager ? "member" : "manager" })}
        >
          {isManager ? t.makeMember : t.makeManager}
        </button>
      )}
      {may.mute && <Muting {...parts} />}
      {may.transfer && (
        <button
          type="button"
          class="act danger"
          onClick={() => setAsking("transfer")}
        >
          {t.transfer}
        </button>
      )}
      {may.remove && (
        <button type="button" class="act danger" onClick={() => setAsking("remove")}>
          {t.remove}
        </button>
      )}
      <AskedOf
        what={asking}
        view={view}
        member={member}
        onClose={() => setAsking(null)}
        onDone={onClose}
      />
    </div>
  );
}

/** The dialog; what it changes is seen in it. */
export function MemberDialog({ view, member, onClose }: {
  view: ConversationView;
  member: Member;
  onClose: () => void;
}) {
  const chat = useChat();
  const acting = useActing();
  const user = chat.users.of(member.userId);
  const patch = (change: Partial<Member>) =>
    acting.act(() =>
      chat.client.ask("PATCH", `/v1/groups/${view.id}/members/${member.userId}`, change)
    );
  return (
    <Dialog title={memberName(chat, member)} onClose={onClose}>
      {user !== null && <PersonView user={user} isBrief />}
      <p class="person-said" role="status">
        {[words().roles[member.role], mutedText(member)].filter((text) => text !== "").join(" · ")}
      </p>
      <Fault faults={acting.faults} />
      <MemberActList view={view} member={member} acting={acting} patch={patch} onClose={onClose} />
    </Dialog>
  );
}
