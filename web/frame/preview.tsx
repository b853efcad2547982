/** A word of what is new, beside the launcher. */
import { Avatar } from "../ui/avatar.tsx";
import { excerptOf } from "../ui/body/excerpt.ts";
import { IconButton, shapes } from "../ui/icon.tsx";
import type { Stage } from "./stage.ts";
import { words } from "./words.ts";

/** The preview; a click opens the chat. */
export function Preview({ stage }: { stage: Stage }) {
  const message = stage.preview.value;
  const chat = stage.visit.chat.value;
  if (message === null || chat === null) return null;
  const t = words();
  const { from } = message;
  const name = (from && chat.users.nameOf(from)) || t.agent;
  return (
    <div class="preview" role="status">
      <button type="button" class="preview-open" onClick={() => stage.post({ kind: "open" })}>
        <Avatar
          id={from ?? chat.conversationId}
          name={name}
          url={from && chat.users.of(from)?.avatarUrl || null}
          size={40}
        />
        <span class="preview-text">
          <strong>{name}</strong>
          <span dir="auto">
            {message.recalledAt === undefined ? excerptOf(message) : t.recalled}
          </span>
        </span>
        <span class="visually-hidden">{t.unread(stage.unread.value)}</span>
      </button>
      <IconButton shape={shapes.close} label={t.dismiss} onClick={() => stage.dismiss()} />
    </div>
  );
}
