/** Where the chat application begins. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { language, locale } from "../ui/language.ts";
import { Entrance } from "./entrance/entrance.tsx";
import { Shell } from "./shell/shell.tsx";
import { chat } from "./state/chat.ts";
import { registerWorker } from "./state/worker.ts";
import "./state/preferences.ts";
import "./app.css";

function Application() {
  return chat.value === null ? <Entrance /> : <Shell key={chat.value.sessionId} />;
}

effect(() => {
  document.documentElement.lang = locale.value;
  // Both languages are written from left to right; the layout itself does not depend on it.
  document.documentElement.dir = "ltr";
  void language.value;
});

render(<Application />, document.getElementById("app")!);

// It loads the files once more: not beside those that are waited for.
addEventListener("load", () => void registerWorker(), { once: true });
