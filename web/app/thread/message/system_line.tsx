/** What the server says, in the middle of the conversation. */
import type { Message } from "../../../../client/mod.ts";
import type { SystemBody } from "../../../../schemas/messages.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";
import { systemWords } from "./system_words.ts";

/** A line. */
export function SystemLine({ rowKey, message }: { rowKey: string; message: Message }) {
  const open = useOpen();
  const t = words();
  const nameOf = (id: string) => id === open.chat.me ? t.you : open.nameOf(id) || t.someone;
  return (
    <li class="line system" data-key={rowKey}>
      <span dir="auto">{systemWords(message.body as SystemBody, nameOf)}</span>
    </li>
  );
}
