/** Files that were chosen, before they are sent: which, and what is said with them. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../../ui/dialog.tsx";
import { fileShape } from "../../../ui/files/file_tile.tsx";
import { sizeOf } from "../../../ui/files/sizes.ts";
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { words } from "./words.ts";

const captionMax = 1_000;

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!/^image\/(?!svg)/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <span class="file-icon">
      {url === null ? <Icon shape={fileShape} /> : <img src={url} alt="" />}
    </span>
  );
}

/** `onSend` gets what is left of them, and the caption. */
export function FilesDialog({ files, complaints, onSend, onClose }: {
  files: readonly File[];
  complaints: readonly string[];
  onSend: (files: readonly File[], caption: string) => void;
  onClose: () => void;
}) {
  const [left, setLeft] = useState(files);
  const [caption, setCaption] = useState("");
  const t = words();
  return (
    <Dialog title={t.sendFiles(left.length)} onClose={onClose}>
      {complaints.map((complaint) => <p class="fault" role="alert" key={complaint}>{complaint}</p>)}
      <form
        class="files-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (left.length > 0) onSend(left, caption.trim());
        }}
      >
        <ul class="chosen-files">
          {left.map((file, place) => (
            <li key={place} class="file-tile">
              <Preview file={file} />
              <span class="file-words">
                <span class="file-name" dir="auto">{file.name}</span>
                <span class="file-note">{sizeOf(file.size)}</span>
              </span>
              <IconButton
                shape={shapes.close}
                label={t.removeFile(file.name)}
                onClick={() => setLeft(left.filter((one) => one !== file))}
              />
            </li>
          ))}
        </ul>
        <label class="field">
          <span>{t.caption}</span>
          <input
            type="text"
            value={caption}
            maxLength={captionMax}
            onInput={({ currentTarget }) => setCaption(currentTarget.value)}
          />
        </label>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
          <button type="submit" class="button primary" disabled={left.length === 0}>
            {t.send}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
