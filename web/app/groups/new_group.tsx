/** Making a group. */
import { useState } from "preact/hooks";
import type { Conversation } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { Choice } from "../forms/choice.tsx";
import { FormDialog, given } from "../forms/form_dialog.tsx";
import { useChat } from "../state/chat.ts";
import { go } from "../state/route.ts";
import { FriendPicker } from "./friend_picker.tsx";
import { historyOptions, policyOptions } from "./options.ts";
import { words } from "./words.ts";

/** A dialog that leads into the new group. */
export function NewGroup({ onClose }: { onClose: () => void }) {
  const { client } = useChat();
  const t = words();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const create = async (form: FormData) => {
    const { id } = await client.ask<Conversation>("POST", "/v1/groups", {
      name: given(form, "name"),
      joinPolicy: given(form, "joinPolicy"),
      historyVisible: given(form, "historyVisible"),
      memberIds: [...picked],
    });
    go({ place: "chats", conversationId: id });
  };
  return (
    <FormDialog
      title={t.newGroup}
      action={t.create}
      fields={["name"]}
      run={create}
      onClose={onClose}
    >
      {(faults) => (
        <>
          <Field name="name" label={t.name} fault={faults["name"]} maxLength={100} />
          <FriendPicker picked={picked} onPick={setPicked} />
          <Choice
            name="joinPolicy"
            label={t.joinPolicy}
            value="approval"
            options={policyOptions()}
          />
          <Choice
            name="historyVisible"
            label={t.history}
            value="joined"
            options={historyOptions()}
          />
        </>
      )}
    </FormDialog>
  );
}
