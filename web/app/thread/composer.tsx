/** Where one writes. */
import { useState } from "preact/hooks";
import { IconButton, shapes } from "../../ui/icon.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

/** Sends with Enter; Shift with it makes a new line. */
export function Composer({ conversationId }: { conversationId: string }) {
  const { client } = useChat();
  const t = words();
  const [text, setText] = useState("");
  const send = () => {
    const trimmed = text.trim();
    if (trimmed === "") return;
    client.send(conversationId, { kind: "text", body: { text: trimmed } });
    setText("");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        rows={1}
        value={text}
        aria-label={t.write}
        placeholder={t.write}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          client.typing(conversationId, currentTarget.value !== "");
        }}
        onKeyDown={(event) => {
          // While an input method is composing, Enter takes what it offers.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <IconButton shape={shapes.send} label={t.send} onClick={send} disabled={text.trim() === ""} />
    </form>
  );
}
