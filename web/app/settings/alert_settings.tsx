/** How this device tells of new messages. */
import { askForNotifications, notificationPermission } from "../alerts/notifications.ts";
import { Toggle } from "../forms/toggle.tsx";
import { notificationSetting, soundSetting } from "../state/preferences.ts";
import { words } from "./words.ts";

function NotificationToggle() {
  const t = words();
  const permission = notificationPermission.value;
  if (permission === "none") return null;
  const isDenied = permission === "denied";
  const turn = (isOn: boolean) => {
    if (isOn) void askForNotifications();
    else notificationSetting.value = "off";
  };
  return (
    <Toggle
      name="notifications"
      label={t.notifications}
      hint={isDenied ? t.notificationsDenied : t.notificationsHint}
      isOn={notificationSetting.value === "on" && permission === "granted"}
      disabled={isDenied}
      onTurn={turn}
    />
  );
}

/** The switches. */
export function AlertSettings() {
  const t = words();
  return (
    <div class="save-form">
      <NotificationToggle />
      <Toggle
        name="sound"
        label={t.sound}
        hint={t.soundHint}
        isOn={soundSetting.value === "on"}
        onTurn={(isOn) => {
          soundSetting.value = isOn ? "on" : "off";
        }}
      />
    </div>
  );
}
