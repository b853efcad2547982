/** A picture, as large as the frame. */
import { Dialog } from "../ui/dialog.tsx";
import { useLoaded } from "../ui/files/loaded.ts";
import { Unavailable } from "../ui/files/unavailable.tsx";
import { words as fileWords } from "../ui/files/words.ts";
import type { VisitorChat } from "./chat.ts";

/** The picture that was pressed. */
export function Picture({ chat, id }: { chat: VisitorChat; id: string }) {
  const link = useLoaded(id, () => chat.files.link(id));
  const source = chat.files.localUrl(id) ?? link.value?.url;
  const { photo } = fileWords();
  return (
    <Dialog title={photo} onClose={() => chat.picture.value = null}>
      {source !== undefined && <img class="large" src={source} alt={photo} />}
      {source === undefined && link.error !== null && (
        <Unavailable error={link.error} onRetry={link.retry} />
      )}
    </Dialog>
  );
}
