/** A quiet question, once, whether to be told of messages: browsers refuse those who ask unasked. */
import { useChat } from "../state/chat.ts";
import { notificationSetting } from "../state/preferences.ts";
import { askForNotifications, notificationPermission } from "./notifications.ts";
import { words } from "./words.ts";

/** The question, where it is one: nobody has answered it, and there is something to be told of. */
export function NotificationPrompt() {
  const isOpen = notificationSetting.value === "unasked" &&
    notificationPermission.value === "default" && useChat().conversations.value.length > 0;
  if (!isOpen) return null;
  const t = words();
  return (
    <div class="prompt" role="group" aria-label={t.ask}>
      <span>{t.ask}</span>
      <button type="button" class="link" onClick={() => notificationSetting.value = "off"}>
        {t.notNow}
      </button>
      <button type="button" class="button" onClick={() => void askForNotifications()}>
        {t.turnOn}
      </button>
    </div>
  );
}
