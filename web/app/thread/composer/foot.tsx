/** The foot of a conversation: where one writes, or why one may not, or what is done with what is selected. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ConversationView } from "../../../../client/mod.ts";
import { later } from "../../../ui/later.tsx";
import { SelectionBar } from "../bars/selection_bar.tsx";
import { useOpen } from "../open_thread.ts";
import { ClosedNote } from "./closed_note.tsx";
import { Composer } from "./composer.tsx";
import { fileBytesMax, sift } from "./file_limits.ts";

const FilesDialog = later(async () => (await import("./files_dialog.tsx")).FilesDialog);

interface Sifted {
  readonly taken: readonly File[];
  readonly complaints: readonly string[];
}

// Files come by a button, by a drop anywhere on the conversation, or from the clipboard.
function useFiles(mayWrite: boolean) {
  const open = useOpen();
  const [sifted, setSifted] = useState<Sifted | null>(null);
  const take = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const found = sift(files, await fileBytesMax());
    if (found.taken.length > 0) setSifted(found);
    else open.say(found.complaints.join(" · "));
  };
  useEffect(() => {
    if (!mayWrite) return;
    const onPaste = (event: ClipboardEvent) => {
      const files = [...event.clipboardData?.files ?? []];
      if (files.length === 0 || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      void take(files);
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, [mayWrite]);
  useSignalEffect(() => {
    const files = open.dropped.value;
    open.dropped.value = [];
    if (mayWrite) void take(files);
  });
  const send = (files: readonly File[], caption: string) => {
    const replyTo = open.reply.peek()?.seq;
    open.desk.sendings.add(
      open.id,
      files.map((file, place) => place === 0 ? { file, caption, replyTo } : { file }),
    );
    open.reply.value = null;
    open.showNewest();
    setSifted(null);
  };
  return { sifted, take, send, close: () => setSifted(null) };
}

/** The foot. */
export function Foot({ view }: { view: ConversationView }) {
  const open = useOpen();
  const closed = open.closedFor(view);
  const files = useFiles(closed === null);
  if (open.selected.value !== null) return <SelectionBar />;
  if (closed !== null) return <ClosedNote closed={closed} />;
  return (
    <>
      <Composer view={view} onFiles={(chosen) => void files.take(chosen)} />
      {files.sifted !== null && (
        <FilesDialog
          files={files.sifted.taken}
          complaints={files.sifted.complaints}
          onSend={files.send}
          onClose={files.close}
        />
      )}
    </>
  );
}
