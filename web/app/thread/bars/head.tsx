/** The head of a conversation: who it is with, and what they are doing. */
import { useEffect, useState } from "preact/hooks";
import type { ConversationView, Presence } from "../../../../client/mod.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { fullTimeOf } from "../../../ui/times.ts";
import { areDetailsShown } from "../../state/details.ts";
import { faceOf, titleOf } from "../../state/names.ts";
import { go } from "../../state/route.ts";
import { isServed } from "../../state/served.ts";
import { useOpen } from "../open_thread.ts";
import { words } from "../words.ts";

function usePresence(peerId: string | undefined): Presence | undefined {
  const { client } = useOpen().chat;
  const [, setTold] = useState(0);
  useEffect(() => {
    if (peerId === undefined) return;
    const stopListening = client.on("presence", ({ presences }) => {
      if (presences.some(({ userId }) => userId === peerId)) setTold((count) => count + 1);
    });
    const stopWatching = client.watch([peerId]);
    return () => {
      stopListening();
      stopWatching();
    };
  }, [peerId]);
  return peerId === undefined ? undefined : client.presenceOf(peerId);
}

function useStatus(view: ConversationView): { text: string; isHere: boolean; isTyping: boolean } {
  const open = useOpen();
  const { client } = open.chat;
  const { kind, memberCount } = view.state;
  const presence = usePresence(kind === "group" ? undefined : view.my.peer?.id);
  const t = words();
  const isHere = presence?.online ?? false;
  const typing = client.typists(open.id).map((id) => open.nameOf(id) || t.someone);
  if (typing.length > 0) return { text: t.typing(typing), isHere, isTyping: true };
  if (kind === "group") return { text: t.membersCount(memberCount), isHere, isTyping: false };
  const seen = presence?.lastSeenAt ?? null;
  const text = isHere ? t.online : seen === null ? "" : t.lastSeen(fullTimeOf(seen));
  return { text, isHere, isTyping: false };
}

/** The head. */
export function Head({ view }: { view: ConversationView }) {
  const { text, isHere, isTyping } = useStatus(view);
  const t = words();
  return (
    <header class="thread-head">
      <span class="only-narrow">
        <IconButton
          shape={shapes.back}
          label={t.back}
          onClick={() => go({ place: isServed(view) ? "support" : "chats" })}
        />
      </span>
      <Avatar {...faceOf(view)} size={38} isHere={isHere} />
      <div class="head-words">
        <h1 dir="auto">{titleOf(view)}</h1>
        {text !== "" && (
          <p class={isTyping ? "typing" : ""} role={isTyping ? "status" : undefined}>{text}</p>
        )}
      </div>
      <IconButton
        shape={shapes.more}
        label={t.details}
        expanded={areDetailsShown.value}
        onClick={() => {
          areDetailsShown.value = !areDetailsShown.value;
        }}
      />
    </header>
  );
}
