/** What is shown over the conversation, all of it loaded with the first that is asked for. */
import type { BodyOf } from "../../../ui/body/kinds.ts";
import { MessageMenu } from "../menu/message_menu.tsx";
import { type OpenThread, type Overlay, useOpen } from "../open_thread.ts";
import { AskDialog } from "./ask_dialog.tsx";
import { ForwardDialog } from "./forward_dialog.tsx";
import { ImageViewer } from "./image_viewer.tsx";
import { MergedDialog } from "./merged_dialog.tsx";
import { EditsDialog, ReactionsDialog, ReadersDialog } from "./message_dialogs.tsx";
import { PinsDialog } from "./pins_dialog.tsx";

// In the order of the conversation.
function picturesIn(open: OpenThread): string[] {
  return open.messages.value
    .filter(({ kind, recalledAt }) => kind === "image" && recalledAt === undefined)
    .map(({ body }) => (body as BodyOf<"image">).attachmentId);
}

/** What is shown now. */
export function Overlays({ overlay }: { overlay: Overlay }) {
  const open = useOpen();
  const onClose = () => {
    open.overlay.value = null;
  };
  switch (overlay.kind) {
    case "menu":
      return <MessageMenu key={overlay.message.seq} {...overlay} onClose={onClose} />;
    case "forward":
      return <ForwardDialog seqs={overlay.seqs} onClose={onClose} />;
    case "readers":
      return <ReadersDialog message={overlay.message} onClose={onClose} />;
    case "reactions":
      return <ReactionsDialog message={overlay.message} onClose={onClose} />;
    case "edits":
      return <EditsDialog message={overlay.message} onClose={onClose} />;
    case "merged":
      return <MergedDialog body={overlay.body} onClose={onClose} />;
    case "image":
      return <ImageViewer ids={picturesIn(open)} id={overlay.id} onClose={onClose} />;
    case "ask":
      return <AskDialog act={overlay.act} seqs={overlay.seqs} onClose={onClose} />;
    case "pins":
      return <PinsDialog onClose={onClose} />;
    default:
      return overlay satisfies never;
  }
}
