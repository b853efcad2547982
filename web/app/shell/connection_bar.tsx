/** A quiet line while there is no connection. */
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** Nothing while all is well. */
export function ConnectionBar() {
  const { state } = useChat().status.value;
  const t = words();
  const text = state === "waiting" ? t.offline : state === "connecting" ? t.connecting : "";
  return <p class={text ? "connection-bar" : "visually-hidden"} role="status">{text}</p>;
}
