/** What one has chosen for this device: theme, notifications, sound. Kept here, the same in all tabs. */
import { effect, type Signal, signal } from "@preact/signals";

/** The colours: as the system has them, or always the same. */
export type Theme = "system" | "light" | "dark";

/** Whether messages are announced by the browser; `unasked` as long as nobody has said. */
export type NotificationSetting = "unasked" | "on" | "off";

/** Where the theme is kept; what runs before the first paint reads it too. */
export const themeKey = "patter.theme";

// One of a few words, and the first of them where nothing sensible is kept.
function chosen<Word extends string>(key: string, words: readonly [Word, ...Word[]]): Signal<Word> {
  const kept = () => words.find((word) => word === localStorage.getItem(key)) ?? words[0];
  const choice = signal(kept());
  effect(() => {
    if (choice.value !== kept()) localStorage.setItem(key, choice.value);
  });
  addEventListener("storage", (event) => {
    const { key: changed } = event as StorageEvent;
    if (changed === key || changed === null) choice.value = kept();
  });
  return choice;
}

/** The theme; set it to choose another. */
export const theme = chosen<Theme>(themeKey, ["system", "light", "dark"]);

/** Notifications. Turn them on with `askForNotifications` of alerts/, as the browser has to be asked. */
export const notificationSetting = chosen<NotificationSetting>("patter.notifications", [
  "unasked",
  "on",
  "off",
]);

/** Whether a message makes a short sound. */
export const soundSetting = chosen<"on" | "off">("patter.sound", ["on", "off"]);

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === "system") delete dataset["theme"];
  else dataset["theme"] = theme.value;
});
