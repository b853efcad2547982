/** One inbox, for admins: what it is, and what a site needs of it. */
import { useState } from "preact/hooks";
import type { Inbox } from "../../../../client/mod.ts";
import { Confirm } from "../../forms/confirm.tsx";
import { StageHead } from "../../shell/stage_head.tsx";
import { useChat } from "../../state/chat.ts";
import { go } from "../../state/route.ts";
import { RepliesDialog } from "../replies/replies_dialog.tsx";
import { Embed } from "./embed.tsx";
import { InboxForm } from "./inbox_form.tsx";
import { type Inboxes, inboxesOf } from "./inboxes.ts";
import { Secret } from "./secret.tsx";
import { words } from "./words.ts";

type Asking = "delete" | "replies" | null;

function Ends({ inbox, inboxes }: { inbox: Inbox; inboxes: Inboxes }) {
  const t = words();
  const [asking, ask] = useState<Asking>(null);
  const remove = async () => {
    await inboxes.remove(inbox.id);
    go({ place: "inboxes" }, { replace: true });
  };
  return (
    <div class="act-list">
      <button type="button" class="act" onClick={() => ask("replies")}>{t.manageReplies}</button>
      <button type="button" class="act danger" onClick={() => ask("delete")}>{t.delete}</button>
      {asking === "replies" && <RepliesDialog inboxId={inbox.id} onClose={() => ask(null)} />}
      {asking === "delete" && (
        <Confirm
          title={t.deleteTitle}
          text={t.deleteText(inbox.name)}
          action={t.delete}
          run={remove}
          onClose={() => ask(null)}
        />
      )}
    </div>
  );
}

/** The screen at an address below inboxes: one of them, or a new one. */
export function InboxStage({ at }: { at: string | undefined }) {
  const chat = useChat();
  const inboxes = inboxesOf(chat);
  const t = words();
  if (!chat.support.isAdmin) return <p class="nothing">{t.notAdmin}</p>;
  const inbox = inboxes.items.value?.find(({ id }) => id === at) ?? null;
  const isNew = at === "new";
  if (inbox === null && !isNew) return <p class="nothing">{t.pickOne}</p>;
  return (
    <>
      <StageHead title={inbox?.name ?? t.add} back={{ place: "inboxes" }} />
      <div class="stage-body inbox">
        {inbox !== null && <Embed inboxKey={inbox.key} />}
        <InboxForm
          inbox={inbox}
          save={async (text) => {
            if (inbox !== null) return await inboxes.change(inbox.id, text);
            const { id } = await inboxes.create(text);
            go({ place: "inboxes", at: id }, { replace: true });
          }}
        />
        {inbox !== null && <Secret inbox={inbox} inboxes={inboxes} />}
        {inbox !== null && <Ends inbox={inbox} inboxes={inboxes} />}
      </div>
    </>
  );
}
