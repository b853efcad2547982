/** The name that I have in a group. */
import { useState } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { FormDialog, given } from "../forms/form_dialog.tsx";
import { words as formWords } from "../forms/words.ts";
import { useChat } from "../state/chat.ts";
import { useMembers } from "./use_members.ts";
import { words } from "./words.ts";

/** A line that leads to changing it. */
export function MyAlias({ view }: { view: ConversationView }) {
  const chat = useChat();
  const t = words();
  const [isEditing, setEditing] = useState(false);
  const me = useMembers(view.id)?.find(({ userId }) => userId === chat.me);
  const save = (form: FormData) =>
    chat.client.ask("PATCH", `/v1/groups/${view.id}/members/${chat.me}`, {
      alias: given(form, "alias") || null,
    });
  return (
    <div class="act-list">
      <button type="button" class="act" disabled={!me} onClick={() => setEditing(true)}>
        {t.alias}
        <span class="act-note">{me?.alias}</span>
      </button>
      {isEditing && (
        <FormDialog
          title={t.alias}
          action={formWords().save}
          fields={["alias"]}
          run={save}
          onClose={() => setEditing(false)}
        >
          {(faults) => (
            <Field
              name="alias"
              label={t.alias}
              value={me?.alias ?? ""}
              hint={t.aliasHint}
              fault={faults["alias"]}
              maxLength={64}
              isRequired={false}
            />
          )}
        </FormDialog>
      )}
    </div>
  );
}
