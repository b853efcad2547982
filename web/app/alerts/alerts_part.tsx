/** The alerts as a part of the screen: at work while it is rendered, heard by those who listen to it. */
import { useEffect } from "preact/hooks";
import { useChat } from "../state/chat.ts";
import { announced, startAlerts } from "./alerts.ts";

/** Nothing to be seen. */
export function Alerts() {
  const chat = useChat();
  useEffect(() => startAlerts(chat), [chat]);
  return <div class="visually-hidden" role="log" aria-live="polite">{announced.value}</div>;
}
