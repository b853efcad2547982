/** Taking a copy of a conversation, and the ways to be done with it. */
import { useState } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import { Choice } from "../forms/choice.tsx";
import { Confirm } from "../forms/confirm.tsx";
import { FormDialog, given } from "../forms/form_dialog.tsx";
import { useChat } from "../state/chat.ts";
import { download } from "../state/downloads.ts";
import { tell } from "../state/notice.ts";
import { go } from "../state/route.ts";
import { takesPart } from "./ranks.ts";
import { words } from "./words.ts";

type Asking = "export" | "clear" | "leave" | "dismiss" | null;

interface AskedProps {
  readonly view: ConversationView;
  readonly onClose: () => void;
}

function ExportDialog({ view, onClose }: AskedProps) {
  const chat = useChat();
  const t = words();
  const { formats } = t;
  const run = (form: FormData) =>
    download(chat, `/v1/conversations/${view.id}/export?format=${given(form, "format")}`);
  return (
    <FormDialog title={t.export} action={t.download} fields={[]} run={run} onClose={onClose}>
      {() => (
        <>
          <p class="dialog-text">{t.exportText}</p>
          <Choice
            name="format"
            label={t.format}
            value="html"
            options={[["html", formats.html], ["xlsx", formats.xlsx], ["jsonl", formats.jsonl]]}
          />
        </>
      )}
    </FormDialog>
  );
}

function Clearing({ view, onClose }: AskedProps) {
  const { client } = useChat();
  const t = words();
  const clear = async () => {
    const patch = { clearedSeq: view.lastSeq };
    await client.ask("PATCH", `/v1/conversations/${view.id}/settings`, patch);
    tell(t.cleared);
  };
  return (
    <Confirm
      title={t.clearTitle}
      text={t.clearText}
      action={t.clear}
      run={clear}
      onClose={onClose}
    />
  );
}

function Leaving({ view, onClose, isEnd }: AskedProps & { isEnd: boolean }) {
  const { client, me } = useChat();
  const t = words();
  const leave = async () => {
    const path = isEnd ? `/v1/groups/${view.id}` : `/v1/groups/${view.id}/members/${me}`;
    await client.ask("DELETE", path);
    go({ place: "chats" });
  };
  return (
    <Confirm
      title={isEnd ? t.dismissTitle : t.leaveTitle}
      text={isEnd ? t.dismissText : t.leaveText}
      action={isEnd ? t.dismiss : t.leave}
      run={leave}
      onClose={onClose}
    />
  );
}

function Asked({ what, view, onClose }: AskedProps & { what: Asking }) {
  switch (what) {
    case "export":
      return <ExportDialog view={view} onClose={onClose} />;
    case "clear":
      return <Clearing view={view} onClose={onClose} />;
    case "leave":
    case "dismiss":
      return <Leaving view={view} onClose={onClose} isEnd={what === "dismiss"} />;
    default:
      return what satisfies null;
  }
}

/** The lines for it. */
export function Ends({ view }: { view: ConversationView }) {
  const t = words();
  const [asking, setAsking] = useState<Asking>(null);
  const isMine = view.state.kind === "group" && takesPart(view);
  const owns = view.my.role === "owner";
  return (
    <div class="act-list">
      <button type="button" class="act" onClick={() => setAsking("export")}>{t.export}</button>
      <button type="button" class="act danger" onClick={() => setAsking("clear")}>{t.clear}</button>
      {isMine && !owns && (
        <button
          type="button"
          class="act danger"
          onClick={() => setAsking("leave")}
        >
          {t.leave}
        </button>
      )}
      {isMine && owns && (
        <button
          type="button"
          class="act danger"
          onClick={() => setAsking("dismiss")}
        >
          {t.dismiss}
        </button>
      )}
      <Asked what={asking} view={view} onClose={() => setAsking(null)} />
    </div>
  );
}
