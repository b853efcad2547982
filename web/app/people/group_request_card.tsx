/** Somebody who wants to join a group that I lead. */
import type { GroupRequest } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { answerGroupRequest } from "../state/group_requests.ts";
import { titleOf } from "../state/names.ts";
import { PersonCard } from "./person_row.tsx";
import { words } from "./words.ts";

function noteOf({ message, inviter }: GroupRequest, group: string): string {
  const t = words();
  const said = inviter === null ? t.wantsToJoin(group) : t.proposedBy(inviter.nickname, group);
  return message ? `${said}: ${message}` : said;
}

/** A line with both answers. */
export function GroupRequestCard({ request }: { request: GroupRequest }) {
  const chat = useChat();
  const t = words();
  const { isBusy, faults, act } = useActing();
  const view = chat.conversation(request.groupId);
  const answer = (how: "accept" | "refuse") => act(() => answerGroupRequest(chat, request, how));
  return (
    <PersonCard user={request.requester} note={noteOf(request, view ? titleOf(view) : "")}>
      <button
        type="button"
        class="button primary"
        disabled={isBusy}
        onClick={() => void answer("accept")}
      >
        {t.accept}
      </button>
      <button type="button" class="button" disabled={isBusy} onClick={() => void answer("refuse")}>
        {t.refuse}
      </button>
      <Fault faults={faults} />
    </PersonCard>
  );
}
