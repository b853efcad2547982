/** A file in a message: what it is called, how large it is, and how to have it. */
import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import type { Files } from "./files.ts";
import { useLoaded } from "./loaded.ts";
import { sizeOf } from "./sizes.ts";
import { words } from "./words.ts";

/** The outline of a sheet of paper. */
export const fileShape =
  "M7 3.500h7L19 8.500V19a1.500 1.500 0 01-1.500 1.500h-10.500A1.500 1.500 0 015.500 19V5A1.500 1.500 0 017 3.500zM13.500 3.500V9H19";

/** A file; a press saves it to the device. */
export function FileTile(
  { files, id, name }: { files: Files; id: string; name?: string | undefined },
) {
  const info = useLoaded(id, () => files.info(id));
  const [hasFailed, setFailed] = useState(false);
  const t = words();
  const shown = name ?? info.value?.name ?? t.file;
  const { code } = (info.error ?? {}) as { code?: string };
  const isGone = code === "gone" || code === "notFound";
  const note = isGone ? t.gone : hasFailed ? t.failed : info.value ? sizeOf(info.value.size) : " ";
  return (
    <button
      type="button"
      class="file-tile"
      disabled={isGone}
      aria-label={t.download(shown)}
      onClick={() => {
        setFailed(false);
        files.download(id, shown).catch(() => setFailed(true));
      }}
    >
      <span class="file-icon">
        <Icon shape={fileShape} />
      </span>
      <span class="file-words">
        <span class="file-name" dir="auto">{shown}</span>
        <span class="file-note">{note}</span>
      </span>
    </button>
  );
}
