/** The top of the chat: whose it is, whether somebody is there, who has answered. */
import { Avatar } from "../ui/avatar.tsx";
import { IconButton, shapes } from "../ui/icon.tsx";
import type { VisitorChat } from "./chat.ts";
import type { Stage } from "./stage.ts";
import { words } from "./words.ts";

const facesMax = 3;
const sound = "M4 10v4h3l5 4V6l-5 4zM15.500 9a4 4 0 010 6M18 6.500a8 8 0 010 11";
const silence = "M4 10v4h3l5 4V6l-5 4zM16 9.500l5 5M21 9.500l-5 5";

/** Those who have answered, the last first. */
function agentsOf(chat: VisitorChat | null): string[] {
  if (chat === null) return [];
  chat.follow();
  const found = new Set<string>();
  for (const { from } of (chat.thread.value?.messages ?? []).toReversed()) {
    if (from !== null && from !== chat.client.userId) found.add(from);
    if (found.size === facesMax) break;
  }
  return [...found];
}

function Faces({ chat }: { chat: VisitorChat | null }) {
  const people = agentsOf(chat).flatMap((id) => chat!.users.of(id) ?? []);
  if (people.length === 0) return null;
  return (
    <span class="faces">
      {people.map(({ id, nickname, avatarUrl }) => (
        <Avatar key={id} id={id} name={nickname} url={avatarUrl} size={36} />
      ))}
    </span>
  );
}

/** The head. */
export function Head({ stage }: { stage: Stage }) {
  const t = words();
  const { face, isMuted, visit } = stage;
  return (
    <header class="head">
      <Faces chat={visit.chat.value} />
      <div class="head-text">
        <h1 tabIndex={-1}>{face.value?.name ?? t.chat}</h1>
        {face.value !== null && <p>{face.value.open ? t.usual : t.away}</p>}
      </div>
      <IconButton
        shape={isMuted.value ? silence : sound}
        label={isMuted.value ? t.unmute : t.mute}
        onClick={() => stage.mute(!isMuted.value)}
      />
      <IconButton
        shape={shapes.close}
        label={t.close}
        onClick={() => stage.post({ kind: "close" })}
      />
    </header>
  );
}
