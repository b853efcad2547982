/** What waits for an answer: friend requests to me and by me, and requests to join my groups. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FriendRequest } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { StageHead } from "../shell/stage_head.tsx";
import { useChat } from "../state/chat.ts";
import { useGroupRequests } from "../state/group_requests.ts";
import { GroupRequestCard } from "./group_request_card.tsx";
import { AcceptFriend } from "./person_dialogs.tsx";
import { PersonCard } from "./person_row.tsx";
import { words } from "./words.ts";

function Incoming({ request }: { request: FriendRequest }) {
  const { people } = useChat();
  const t = words();
  const { isBusy, faults, act } = useActing();
  const [isAccepting, setAccepting] = useState(false);
  return (
    <PersonCard user={request.requester} note={request.message || undefined}>
      <button type="button" class="button primary" onClick={() => setAccepting(true)}>
        {t.accept}
      </button>
      <button
        type="button"
        class="button"
        disabled={isBusy}
        onClick={() => void act(() => people.answer(request, "refuse"))}
      >
        {t.refuse}
      </button>
      <Fault faults={faults} />
      {isAccepting && <AcceptFriend request={request} onClose={() => setAccepting(false)} />}
    </PersonCard>
  );
}

function Outgoing({ request }: { request: FriendRequest }) {
  const { people } = useChat();
  const { isBusy, faults, act } = useActing();
  return (
    <PersonCard user={request.addressee} note={request.message || undefined}>
      <button
        type="button"
        class="button"
        disabled={isBusy}
        onClick={() => void act(() => people.cancel(request))}
      >
        {words().cancelRequest}
      </button>
      <Fault faults={faults} />
    </PersonCard>
  );
}

function Section({ id, title, count, children }: {
  id: string;
  title: string;
  count: number;
  children: ComponentChildren;
}) {
  if (count === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="list-heading">{title}</h2>
      <ul class="cards" aria-live="polite">{children}</ul>
    </section>
  );
}

/** The screen. */
export function RequestsScreen() {
  const { people } = useChat();
  const t = words();
  useEffect(() => people.want(), [people]);
  const incoming = [...people.incoming.value?.values() ?? []];
  const outgoing = [...people.outgoing.value?.values() ?? []];
  const joining = useGroupRequests(null) ?? [];
  const count = incoming.length + outgoing.length + joining.length;
  return (
    <>
      <StageHead title={t.requests} back={{ place: "people" }} />
      <div class="stage-body">
        {count === 0 && people.incoming.value !== null && <p class="empty">{t.noRequests}</p>}
        <Section id="incoming-heading" title={t.incoming} count={incoming.length}>
          {incoming.map((request) => <Incoming key={request.id} request={request} />)}
        </Section>
        <Section id="joining-heading" title={t.groupRequests} count={joining.length}>
          {joining.map((request) => <GroupRequestCard key={request.id} request={request} />)}
        </Section>
        <Section id="outgoing-heading" title={t.outgoing} count={outgoing.length}>
          {outgoing.map((request) => <Outgoing key={request.id} request={request} />)}
        </Section>
      </div>
    </>
  );
}
