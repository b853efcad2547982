/** What is kept about me, to take away. */
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { download } from "../state/downloads.ts";
import { words } from "./words.ts";

/** The download. */
export function AccountSettings() {
  const chat = useChat();
  const t = words();
  const { isBusy, faults, act } = useActing();
  return (
    <section class="save-form" aria-labelledby="export-heading">
      <h2 id="export-heading" class="settings-heading">{t.exportTitle}</h2>
      <p class="dialog-text">{t.exportText}</p>
      <Fault faults={faults} />
      <div class="save-foot">
        <button
          type="button"
          class="button primary"
          disabled={isBusy}
          onClick={() => void act(() => download(chat, "/v1/users/me/export"))}
        >
          {t.download}
        </button>
        <span role="status" class="hint">{isBusy ? t.preparing : ""}</span>
      </div>
    </section>
  );
}
