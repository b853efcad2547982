/** A quiet line when there is a new version of the application. */
import { isNewVersionWaiting, takeNewVersion } from "../state/worker.ts";
import { words } from "./words.ts";

/** Nothing until there is one. */
export function VersionBar() {
  if (!isNewVersionWaiting.value) return null;
  const t = words();
  return (
    <div class="version-bar" role="status">
      {t.newVersion}
      <button type="button" class="link" onClick={takeNewVersion}>{t.reload}</button>
    </div>
  );
}
