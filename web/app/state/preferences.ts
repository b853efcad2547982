/** What one has chosen for this device: theme, notifications, sound. Kept here, the same in all tabs. */
import { effect, type Signal, signal } from "@preact/signals";

/** The colours: as the system has them, or always the same. */
export type Theme = "system" | "light" | "dark";

/** Whether messages are announced by the browser; `unasked` as long as nobody has said. */
export type NotificationSetting = "unasked" | "on" | "off";

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

/** The theme; set it to choose another. first_paint.ts reads what is kept, too. */
export const theme = chosen<Theme>("patter.theme", ["system", "light", "dark"]);

/** Notifications. Turn them on with `askForNotifications` of alerts/, as the browser has to be asked. */
export const notificationSetting = chosen<NotificationSetting>("patter.notifications", [
  "unasked",
  "on",
  "off",
]);

/** Whether a message makes a short sound. */
export const soundSetting = chosen<"on" | "off">("patter.sound", ["on", "off"]);

// The bar around the page has the page's colour; by itself it follows the system.
const barColour = document.createElement("meta");
barColour.name = "theme-color";

effect(() => {
  const { documentElement: root, head } = document;
  if (theme.value === "system") {
    delete root.dataset["theme"];
    barColour.remove();
  } else {
    root.dataset["theme"] = theme.value;
    barColour.content = getComputedStyle(root).getPropertyValue("--ground").trim();
    // The first that fits counts.
    head.prepend(barColour);
  }
});
