/** What one may change of oneself and of this device. */
import { useState } from "preact/hooks";
import { Dialog } from "../../ui/dialog.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

function SignOut({ onClose }: { onClose: () => void }) {
  const t = words();
  const { client } = useChat();
  return (
    <Dialog title={t.signOut} onClose={onClose}>
      <p>{t.surely}</p>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
        <button type="button" class="button primary" onClick={() => void client.signOut()}>
          {t.signOut}
        </button>
      </div>
    </Dialog>
  );
}

/** The settings. */
export function SettingsScreen() {
  const t = words();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <div class="settings">
      <h1>{t.title}</h1>
      <button type="button" class="button danger" onClick={() => setLeaving(true)}>
        {t.signOut}
      </button>
      {isLeaving && <SignOut onClose={() => setLeaving(false)} />}
    </div>
  );
}
