/** Where an invite link leads: what group it is, and joining it. */
import { useEffect, useState } from "preact/hooks";
import { PatterError } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { StageHead } from "../shell/stage_head.tsx";
import { type Chat, useChat } from "../state/chat.ts";
import { explain } from "../state/failures.ts";
import { go } from "../state/route.ts";
import type { Accepted, GroupFace } from "./group_face.ts";
import { words } from "./words.ts";

type Standing = "outside" | "pending" | "refused";

function isMember(chat: Chat, groupId: string): boolean {
  // Joining makes a conversation of it that was not there before.
  return chat.everything.value.some(({ id, my }) => id === groupId && my.leftAt === null);
}

function enter(groupId: string): void {
  go({ place: "chats", conversationId: groupId }, { replace: true });
}

// The answer comes while one waits, also to a request that was made before.
function useAnswers(chat: Chat, face: GroupFace, setStanding: (standing: Standing) => void): void {
  useEffect(() =>
    chat.client.on("group.handled", ({ groupId, requester, status }) => {
      if (groupId !== face.id || requester.id !== chat.me) return;
      if (status === "accepted") enter(groupId);
      else if (status === "refused") setStanding("refused");
    }), [face.id]);
}

function Joining({ face, code }: { face: GroupFace; code: string }) {
  const chat = useChat();
  const t = words();
  const [standing, setStanding] = useState<Standing>("outside");
  const { isBusy, faults, act } = useActing();
  useAnswers(chat, face, setStanding);
  const join = () =>
    act(async () => {
      const path = `/v1/invites/${encodeURIComponent(code)}/accept`;
      const { status, groupId } = await chat.client.ask<Accepted>("POST", path);
      if (status === "joined") enter(groupId);
      else setStanding("pending");
    });
  if (isMember(chat, face.id)) {
    return (
      <>
        <p class="join-said">{t.isMember}</p>
        <button type="button" class="button primary" onClick={() => enter(face.id)}>
          {t.open}
        </button>
      </>
    );
  }
  const said = standing === "outside"
    ? face.joinPolicy === "approval" ? t.askToJoin : ""
    : t[standing];
  return (
    <>
      <p class="join-said" role="status">{said}</p>
      {standing === "outside" && (
        <button
          type="button"
          class="button primary"
          disabled={isBusy}
          onClick={() => void join()}
        >
          {t.joinNow}
        </button>
      )}
      <Fault faults={faults} />
    </>
  );
}

function isDead(error: unknown): boolean {
  return error instanceof PatterError && /^(gone|notFound|invalidInput)$/.test(error.code);
}

function useFace(code: string): { face: GroupFace | null; fault: string } {
  const { client } = useChat();
  const [face, setFace] = useState<GroupFace | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    client.ask<GroupFace>("GET", `/v1/invites/${encodeURIComponent(code)}`)
      .then(setFace, setFailure);
  }, [code]);
  if (failure === null) return { face, fault: "" };
  return { face, fault: isDead(failure) ? words().deadLink : explain(failure) };
}

/** The screen; rendered anew, by its key, for another code. */
export function JoinScreen({ code }: { code: string }) {
  const t = words();
  const { face, fault } = useFace(code);
  return (
    <>
      <StageHead title={t.joinTitle} back={{ place: "chats" }} />
      <div class="join">
        {face === null && <p class="empty" role="status">{fault || t.loading}</p>}
        {face !== null && (
          <>
            <Avatar id={face.id} name={face.name} url={face.avatarUrl} size={96} />
            <h2>{face.name}</h2>
            <p class="hint">{t.memberCount(face.memberCount)}</p>
            <Joining face={face} code={code} />
          </>
        )}
      </div>
    </>
  );
}
