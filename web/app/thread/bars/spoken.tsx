/** What a screen reader says without being asked: messages that come. */
import { useEffect, useState } from "preact/hooks";
import { excerptOf } from "../../../ui/body/excerpt.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";

/** The newest message of others, said once. */
export function Spoken() {
  const open = useOpen();
  const [text, setText] = useState("");
  useEffect(() =>
    open.chat.client.on("message", ({ conversationId, message }) => {
      const { from } = message;
      if (conversationId !== open.id || from === null || from === open.chat.me) return;
      setText(words().newFrom(open.nameOf(from), excerptOf(message)));
    }), []);
  return <p class="visually-hidden" aria-live="polite">{text}</p>;
}
