/** In place of an attachment that can't be shown: why, and another try where that may help. */
import { words } from "./words.ts";

/** `error` is what loading failed with. */
export function Unavailable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = words();
  const { code } = error as { code?: string };
  const isGone = code === "gone" || code === "notFound";
  return (
    <span class="unavailable">
      <span>{isGone ? t.gone : t.failed}</span>
      {!isGone && <button type="button" class="link-button" onClick={onRetry}>{t.retry}</button>}
    </span>
  );
}
