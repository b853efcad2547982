/** A file of mine that is on its way. */
import { fileShape } from "../../../ui/files/file_tile.tsx";
import { sizeOf } from "../../../ui/files/sizes.ts";
import { Icon, IconButton, shapes } from "../../../ui/icon.tsx";
import { useOpen } from "../open_thread.ts";
import { refusalWords } from "../refusals.ts";
import type { Sending, SendingState } from "../sending/sending.ts";
import { words } from "./words.ts";

const resume = "M5 12a7 7 0 1012-5M17 3v4h-4";
const pause = "M9 6v12M15 6v12";

function stateWords({ state, sentBytes, reason }: SendingState, size: number): string {
  const t = words();
  switch (state) {
    case "failed":
      return `${t.failed}: ${refusalWords(reason ?? "internal")}`;
    case "paused":
    case "waiting":
    case "queued":
      return t[state];
    default:
      return `${sizeOf(sentBytes)} / ${sizeOf(size)}`;
  }
}

/** A file on its way. */
export function UploadItem({ rowKey, sending }: { rowKey: string; sending: Sending }) {
  const { sendings } = useOpen().desk;
  const { file, caption, preview } = sending;
  const progress = sending.progress.value;
  const { state, sentBytes } = progress;
  const t = words();
  const isStopped = state === "paused" || state === "failed";
  return (
    <li class="message mine pending last first" data-key={rowKey} tabIndex={-1}>
      <div class="bubble upload">
        <span class="file-tile">
          <span class="file-icon">
            {preview === null ? <Icon shape={fileShape} /> : <img src={preview} alt="" />}
          </span>
          <span class="file-words">
            <span class="file-name" dir="auto">{file.name ?? t.sending}</span>
            <span class="file-note" role={state === "failed" ? "alert" : undefined}>
              {stateWords(progress, file.size)}
            </span>
            <progress max={file.size} value={sentBytes} aria-label={t.sending} />
          </span>
          {isStopped
            ? (
              <IconButton
                shape={resume}
                label={state === "failed" ? t.retry : t.resume}
                onClick={() => sendings.resume(sending)}
              />
            )
            : (
              <IconButton
                shape={pause}
                label={t.pause}
                disabled={state === "queued"}
                onClick={() => sendings.pause(sending)}
              />
            )}
          <IconButton
            shape={shapes.close}
            label={t.cancelUpload}
            onClick={() => sendings.cancel(sending)}
          />
        </span>
        {caption && <span class="text" dir="auto">{caption}</span>}
      </div>
    </li>
  );
}
