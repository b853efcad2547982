/** Files on their way, with how far they are. */
import { IconButton, shapes } from "../ui/icon.tsx";
import type { FileOnItsWay, Uploads } from "./uploads.ts";
import { words } from "./words.ts";

function FileRow({ file, uploads }: { file: FileOnItsWay; uploads: Uploads }) {
  const t = words();
  const { name, share, state, reason } = file;
  return (
    <div class="row mine">
      <div class="bubble upload">
        <span class="file-name">{name}</span>
        {state === "failed"
          ? <span class="fault">{reason === "tooLarge" ? t.tooLarge : t.uploadFailed}</span>
          : (
            <progress
              max={1}
              // Before the first answer, and while the server looks at all of it, nobody knows.
              value={share > 0 && share < 1 ? share : undefined}
              aria-label={name}
            />
          )}
      </div>
      <IconButton
        shape={shapes.close}
        label={t.cancel(name)}
        onClick={() => uploads.drop(file.id)}
      />
    </div>
  );
}

/** All files on their way. */
export function FilesOnTheirWay({ uploads }: { uploads: Uploads }) {
  return (
    <>
      {uploads.files.value.map((file) => <FileRow key={file.id} file={file} uploads={uploads} />)}
    </>
  );
}
