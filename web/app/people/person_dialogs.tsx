/** What is asked about somebody before it is done. */
import type { FriendRequest, User } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { Confirm } from "../forms/confirm.tsx";
import { FormDialog, given } from "../forms/form_dialog.tsx";
import { LongField } from "../forms/long_field.tsx";
import { words as formWords } from "../forms/words.ts";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** Somebody, and how to close what is asked. */
export interface AboutUser {
  readonly user: User;
  readonly onClose: () => void;
}

/** A friend request with a message. */
export function AddFriend({ user, onClose }: AboutUser) {
  const { people } = useChat();
  const t = words();
  return (
    <FormDialog
      title={t.addTitle(user.nickname)}
      action={t.send}
      fields={["message"]}
      run={(form) => people.ask(user.id, given(form, "message"))}
      onClose={onClose}
    >
      {(faults) => (
        <LongField
          name="message"
          label={t.greeting}
          maxLength={200}
          hint={t.greetingHint}
          fault={faults["message"]}
        />
      )}
    </FormDialog>
  );
}

/** Accepting, with a name for the new friend. */
export function AcceptFriend({ request, onClose }: {
  request: FriendRequest;
  onClose: () => void;
}) {
  const { people } = useChat();
  const t = words();
  return (
    <FormDialog
      title={t.acceptTitle(request.requester.nickname)}
      action={t.accept}
      fields={["remark"]}
      run={(form) => people.answer(request, "accept", given(form, "remark"))}
      onClose={onClose}
    >
      {(faults) => (
        <Field
          name="remark"
          label={t.remark}
          hint={t.remarkHint}
          fault={faults["remark"]}
          maxLength={64}
          isRequired={false}
        />
      )}
    </FormDialog>
  );
}

/** The name that a friend has here. */
export function EditRemark({ user, onClose }: AboutUser) {
  const { people, users } = useChat();
  const t = words();
  return (
    <FormDialog
      title={t.remark}
      action={formWords().save}
      fields={["remark"]}
      run={(form) => people.remark(user.id, given(form, "remark"))}
      onClose={onClose}
    >
      {(faults) => (
        <Field
          name="remark"
          label={t.remark}
          value={users.remarkOf(user.id) ?? ""}
          hint={t.remarkHint}
          fault={faults["remark"]}
          maxLength={64}
          isRequired={false}
        />
      )}
    </FormDialog>
  );
}

/** The end of a friendship. */
export function RemoveFriend({ user, onClose }: AboutUser) {
  const chat = useChat();
  const t = words();
  return (
    <Confirm
      title={t.removeTitle(chat.users.nameOf(user.id))}
      text={t.removeText}
      action={t.remove}
      run={() => chat.people.remove(user.id)}
      onClose={onClose}
    />
  );
}

/** Hearing nothing more from somebody. */
export function BlockPerson({ user, onClose }: AboutUser) {
  const chat = useChat();
  const t = words();
  return (
    <Confirm
      title={t.blockTitle(chat.users.nameOf(user.id))}
      text={t.blockText}
      action={t.block}
      run={() => chat.people.block(user.id)}
      onClose={onClose}
    />
  );
}
