/** What is told of a message when one asks: who has read it, who reacted, what it said before. */
import type { Message } from "../../../../client/mod.ts";
import type { Edit, Readers } from "../../../../schemas/messages.ts";
import { MessageBody } from "../../../ui/body/body.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { useLoaded } from "../../../ui/files/loaded.ts";
import { fullTimeOf } from "../../../ui/times.ts";
import { words } from "../message/words.ts";
import { useOpen } from "../open_thread.ts";
import { errorWords } from "../refusals.ts";
import { PeopleList } from "./people_list.tsx";

interface Props {
  readonly message: Message;
  readonly onClose: () => void;
}

function pathOf(conversationId: string, { seq }: Message): string {
  return `/v1/conversations/${conversationId}/messages/${seq}`;
}

/** Who has read it, and who has not. */
export function ReadersDialog({ message, onClose }: Props) {
  const { chat, id } = useOpen();
  const path = `${pathOf(id, message)}/readers`;
  const { value, error } = useLoaded(path, () => chat.client.ask<Readers>("GET", path));
  const t = words();
  return (
    <Dialog title={t.readers} onClose={onClose}>
      {error !== null && <p class="fault">{errorWords(error)}</p>}
      {value !== null && (
        <>
          <h3>{t.readBy(value.readBy.length)}</h3>
          <PeopleList userIds={value.readBy} />
          {value.unreadBy.length > 0 && (
            <>
              <h3>{t.unreadBy(value.unreadBy.length)}</h3>
              <PeopleList userIds={value.unreadBy} />
            </>
          )}
        </>
      )}
    </Dialog>
  );
}

/** Who reacted how. */
export function ReactionsDialog({ message, onClose }: Props) {
  const open = useOpen();
  const now = open.find(message.seq) ?? message;
  return (
    <Dialog title={words().reactions} onClose={onClose}>
      {now.reactions?.map(({ emoji, count, userIds }) => (
        <section key={emoji}>
          <PeopleList userIds={userIds} mark={emoji} />
          {count > userIds.length && (
            <p class="dialog-note">{words().andMore(count - userIds.length)}</p>
          )}
        </section>
      ))}
    </Dialog>
  );
}

/** What it said before each edit. */
export function EditsDialog({ message, onClose }: Props) {
  const { chat, id, desk } = useOpen();
  const path = `${pathOf(id, message)}/edits`;
  const { value, error } = useLoaded(
    path,
    () => chat.client.ask<{ items: Edit[] }>("GET", path),
  );
  const t = words();
  return (
    <Dialog title={t.edits} onClose={onClose}>
      {error !== null && <p class="fault">{errorWords(error)}</p>}
      <ol class="edits">
        {value?.items.map(({ body, editedAt }) => (
          <li key={editedAt}>
            <small>{t.before}: {fullTimeOf(editedAt)}</small>
            <MessageBody said={{ kind: message.kind, body }} files={desk.files} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
