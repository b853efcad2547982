/** Adding, editing and deleting canned replies. */
import { useEffect, useState } from "preact/hooks";
import type { CannedReply } from "../../../../client/mod.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Icon, IconButton } from "../../../ui/icon.tsx";
import { useActing } from "../../forms/acting.ts";
import { Confirm } from "../../forms/confirm.tsx";
import { Fault } from "../../forms/fault.tsx";
import { FormDialog, given } from "../../forms/form_dialog.tsx";
import { LongField } from "../../forms/long_field.tsx";
import { useChat } from "../../state/chat.ts";
import { deleteReply, readReplies, saveReply } from "./replies.ts";
import { words } from "./words.ts";

const outlines = {
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  bin: "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7",
  plus: "M12 5v14M5 12h14",
};

type Asking =
  | { readonly what: "edit"; readonly reply: CannedReply | null }
  | { readonly what: "delete"; readonly reply: CannedReply }
  | null;

interface PartProps {
  readonly inboxId: string;
  readonly onClose: () => void;
}

function Edit({ inboxId, reply, onClose }: PartProps & { reply: CannedReply | null }) {
  const { client } = useChat();
  const t = words();
  const save = (form: FormData) =>
    saveReply(client, inboxId, {
      replyId: reply?.id,
      title: given(form, "title"),
      text: given(form, "text"),
    });
  return (
    <FormDialog
      title={reply === null ? t.add : t.edit}
      action={t.save}
      fields={["title", "text"]}
      run={save}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field
            name="title"
            label={t.title}
            hint={t.titleHint}
            value={reply?.title ?? ""}
            maxLength={100}
            fault={faults["title"]}
          />
          <LongField
            name="text"
            label={t.text}
            value={reply?.text ?? ""}
            rows={5}
            maxLength={10_000}
            fault={faults["text"]}
          />
        </>
      )}
    </FormDialog>
  );
}

function List({ inboxId, onClose, ask }: PartProps & { ask: (asking: Asking) => void }) {
  const { client } = useChat();
  const t = words();
  const [replies, setReplies] = useState<readonly CannedReply[] | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    void act(async () => setReplies(await readReplies(client, inboxId)));
  }, [inboxId]);
  return (
    <Dialog title={t.replies} onClose={onClose}>
      <Fault faults={faults} />
      {replies?.length === 0 && <p class="empty">{t.none}</p>}
      <ul class="rows-in replies">
        {replies?.map((reply) => (
          <li key={reply.id} class="reply">
            <span class="reply-words">
              <b dir="auto">{reply.title}</b>
              <span dir="auto">{reply.text}</span>
            </span>
            <IconButton
              shape={outlines.edit}
              label={t.editOne(reply.title)}
              onClick={() => ask({ what: "edit", reply })}
            />
            <IconButton
              shape={outlines.bin}
              label={t.deleteOne(reply.title)}
              onClick={() => ask({ what: "delete", reply })}
            />
          </li>
        ))}
      </ul>
      <div class="dialog-foot">
        <button
          type="button"
          class="button primary"
          onClick={() => ask({ what: "edit", reply: null })}
        >
          <Icon shape={outlines.plus} size={18} /> {t.add}
        </button>
      </div>
    </Dialog>
  );
}

/** The dialog: the list, and in its place what is asked about one of it. */
export function RepliesDialog({ inboxId, onClose }: PartProps) {
  const { client } = useChat();
  const t = words();
  const [asking, ask] = useState<Asking>(null);
  const back = () => ask(null);
  if (asking === null) return <List inboxId={inboxId} onClose={onClose} ask={ask} />;
  const { what, reply } = asking;
  if (what === "edit") return <Edit inboxId={inboxId} reply={reply} onClose={back} />;
  return (
    <Confirm
      title={t.deleteTitle}
      text={t.deleteText(reply.title)}
      action={t.delete}
      run={() => deleteReply(client, reply)}
      onClose={back}
    />
  );
}
