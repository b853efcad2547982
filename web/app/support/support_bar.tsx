/** Below the head of a visitor's conversation: whose it is, where it stands, which page the visitor is on. */
import type { ConversationView } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { areDetailsShown } from "../state/details.ts";
import { PageLink } from "./page_link.tsx";
import { type Facts, type Patch, supportDeskOf } from "./support_desk.ts";
import { Verified } from "./verified.tsx";
import { words } from "./words.ts";

interface ActProps {
  readonly facts: Facts;
  readonly isBusy: boolean;
  readonly change: (patch: Patch) => void;
}

function Assign({ facts: { inboxId, assigneeId }, isBusy, change }: ActProps) {
  const { me, users, support } = useChat();
  const t = words();
  const agents = support.inboxes.value?.find(({ id }) => id === inboxId)?.agents ?? [me];
  const all = assigneeId === null || agents.includes(assigneeId) ? agents : [...agents, assigneeId];
  const nameOf = (id: string) => id === me ? t.me(users.nameOf(id)) : users.nameOf(id);
  // Whoever works on it most stands first.
  const inOrder = [...all].sort((a, b) => Number(b === me) - Number(a === me));
  return (
    <select
      class="assign"
      aria-label={t.assignedTo}
      title={t.assignedTo}
      disabled={isBusy}
      onChange={({ currentTarget }) => change({ assigneeId: currentTarget.value || null })}
    >
      <option value="" selected={assigneeId === null}>{t.nobody}</option>
      {inOrder.map((id) => (
        <option key={id} value={id} selected={id === assigneeId}>{nameOf(id)}</option>
      ))}
    </select>
  );
}

function Acts({ facts, isBusy, change }: ActProps) {
  const { me } = useChat();
  const t = words();
  const isOpen = facts.status === "open";
  return (
    <>
      <Assign facts={facts} isBusy={isBusy} change={change} />
      {facts.assigneeId !== me && (
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => change({ assigneeId: me })}
        >
          {t.take}
        </button>
      )}
      <button
        type="button"
        class={isOpen ? "button primary" : "button"}
        disabled={isBusy}
        onClick={() => change({ status: isOpen ? "resolved" : "open" })}
      >
        {isOpen ? t.resolve : t.reopen}
      </button>
    </>
  );
}

function NotesButton({ id }: { id: string }) {
  const count = supportDeskOf(useChat()).notesOf(id).items.value?.length ?? 0;
  return (
    <button
      type="button"
      class="button notes-button"
      aria-expanded={areDetailsShown.value}
      onClick={() => areDetailsShown.value = !areDetailsShown.value}
    >
      {words().notesCount(count)}
    </button>
  );
}

/** The bar. */
export function SupportBar({ view, facts }: { view: ConversationView; facts: Facts }) {
  const desk = supportDeskOf(useChat());
  const t = words();
  const { isBusy, faults, act } = useActing();
  const { page, verified } = facts.visitor;
  const isOver = view.state.dismissedAt !== null;
  return (
    <div class="support-bar">
      <div class="support-acts">
        {isOver ? <p class="support-over">{t.over}</p> : (
          <Acts
            facts={facts}
            isBusy={isBusy}
            change={(patch) => void act(() => desk.change(view.id, patch))}
          />
        )}
      </div>
      <div class="support-where">
        {facts.status === "resolved" && <span class="standing-mark">{t.resolved}</span>}
        {verified && (
          <span class="support-verified">
            <Verified /> {t.verified}
          </span>
        )}
        {page !== null && <PageLink page={page} />}
        <NotesButton id={view.id} />
      </div>
      <Fault faults={faults} />
    </div>
  );
}
