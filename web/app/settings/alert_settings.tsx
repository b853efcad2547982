/** How this device tells of new messages. */
import { useState } from "preact/hooks";
import { Toggle } from "../forms/toggle.tsx";
import { notificationSetting, soundSetting } from "../state/preferences.ts";
import { words } from "./words.ts";

const canNotify = "Notification" in globalThis;

/** The switches. */
export function AlertSettings() {
  const t = words();
  const [isDenied, setDenied] = useState(canNotify && Notification.permission === "denied");
  const turn = async (isOn: boolean) => {
    if (!isOn) {
      notificationSetting.value = "off";
      return;
    }
    const permission = await Notification.requestPermission();
    setDenied(permission === "denied");
    notificationSetting.value = permission === "granted" ? "on" : "off";
  };
  return (
    <div class="save-form">
      {canNotify && (
        <Toggle
          name="notifications"
          label={t.notifications}
          hint={isDenied ? t.notificationsDenied : t.notificationsHint}
          isOn={notificationSetting.value === "on" && !isDenied}
          disabled={isDenied}
          onTurn={(isOn) => void turn(isOn)}
        />
      )}
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
