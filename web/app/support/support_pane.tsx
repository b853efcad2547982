/** What agents choose from: inboxes with what is to do there, and visitors' conversations. */
import type { SupportInbox } from "../../../client/mod.ts";
import { Icon } from "../../ui/icon.tsx";
import { Fault } from "../forms/fault.tsx";
import { useWhoIsHere } from "../list/presence.ts";
import { useChat } from "../state/chat.ts";
import { explain } from "../state/failures.ts";
import { hashOf } from "../state/route.ts";
import { type Filter, type SupportDesk, supportDeskOf } from "./support_desk.ts";
import { SupportRow } from "./support_row.tsx";
import { words } from "./words.ts";

const gear =
  "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5zM9 19.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z";
const assignees = ["me", "none", "any"] as const;
const statuses = ["open", "resolved"] as const;

function sumOf(inboxes: readonly SupportInbox[], count: (inbox: SupportInbox) => number): number {
  return inboxes.reduce((sum, inbox) => sum + count(inbox), 0);
}

const counts: Readonly<Record<Filter["assignee"], (inbox: SupportInbox) => number>> = {
  me: ({ mineCount }) => mineCount,
  none: ({ unassignedCount }) => unassignedCount,
  any: ({ openCount }) => openCount,
};

function InboxChoice({ desk, inboxes }: Parts) {
  const t = words();
  if (inboxes.length < 2) {
    return <h2 class="inbox-name">{inboxes[0]?.name}</h2>;
  }
  return (
    <label class="field">
      <span class="visually-hidden">{t.inbox}</span>
      <select
        value={desk.filter.value.inboxId ?? ""}
        onChange={({ currentTarget }) => desk.choose({ inboxId: currentTarget.value || null })}
      >
        <option value="">{t.allInboxes(sumOf(inboxes, counts.any))}</option>
        {inboxes.map(({ id, name, openCount }) => (
          <option key={id} value={id}>{t.oneInbox(name, openCount)}</option>
        ))}
      </select>
    </label>
  );
}

interface Parts {
  readonly desk: SupportDesk;
  readonly inboxes: readonly SupportInbox[];
}

/** One of a few that stand side by side. */
function Segments<V extends string>({ label, values, value, textOf, onChoose }: {
  label: string;
  values: readonly V[];
  value: V;
  textOf: (value: V) => string;
  onChoose: (value: V) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {values.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === value}
          onClick={() => onChoose(one)}
        >
          {textOf(one)}
        </button>
      ))}
    </div>
  );
}

function Filters({ desk, inboxes }: Parts) {
  const t = words();
  const { inboxId, assignee, status } = desk.filter.value;
  const counted = inboxes.filter(({ id }) => inboxId === null || id === inboxId);
  const countOf = (one: Filter["assignee"]) =>
    status === "open" ? ` ${sumOf(counted, counts[one])}` : "";
  return (
    <div class="support-filters">
      <InboxChoice desk={desk} inboxes={inboxes} />
      <Segments
        label={t.status}
        values={statuses}
        value={status}
        textOf={(one) => t.statuses[one]}
        onChoose={(one) => desk.choose({ status: one })}
      />
      <Segments
        label={t.whose}
        values={assignees}
        value={assignee}
        textOf={(one) => t.assignees[one] + countOf(one)}
        onChoose={(one) => desk.choose({ assignee: one })}
      />
    </div>
  );
}

function List({ desk, openId }: { desk: SupportDesk; openId: string | undefined }) {
  const t = words();
  const shown = desk.shown.value;
  const { client } = desk.chat;
  const visitorOf = (id: string) => client.conversation(id)?.my.peer?.id ?? "";
  const here = useWhoIsHere(desk.chat, (shown ?? []).map(visitorOf));
  const fault = desk.fault.value;
  if (fault !== null) return <Fault faults={{ "": explain(fault) }} />;
  if (shown === null) return <p class="empty" role="status">{t.loading}</p>;
  if (shown.length === 0) return <p class="empty">{t.empty[desk.filter.value.status]}</p>;
  return (
    <>
      <ul class="rows-in" aria-label={t.list}>
        {shown.map((id) => (
          <li key={id}>
            <SupportRow
              id={id}
              isHere={here.has(visitorOf(id))}
              isOpen={id === openId}
            />
          </li>
        ))}
      </ul>
      {desk.cursor.value !== null && (
        <button
          type="button"
          class="button more-hits"
          onClick={() => void desk.read({ more: true })}
        >
          {t.more}
        </button>
      )}
    </>
  );
}

function NoInbox({ isAdmin }: { isAdmin: boolean }) {
  const t = words();
  return (
    <div class="list-empty">
      <h2>{t.none}</h2>
      {isAdmin && (
        <>
          <p>{t.noneAdmin}</p>
          <a class="button primary" href={hashOf({ place: "inboxes" })}>{t.manage}</a>
        </>
      )}
    </div>
  );
}

/** The pane; `openId` is what is shown beside it. */
export function SupportPane({ openId }: { openId: string | undefined }) {
  const chat = useChat();
  const t = words();
  const { isAdmin, inboxes: { value: inboxes } } = chat.support;
  return (
    <>
      <header class="pane-head">
        <h1>{t.title}</h1>
        {isAdmin && (
          <a
            class="icon-button"
            href={hashOf({ place: "inboxes" })}
            aria-label={t.manage}
            title={t.manage}
          >
            <Icon shape={gear} />
          </a>
        )}
      </header>
      {inboxes === null && <p class="empty" role="status">{t.loading}</p>}
      {inboxes?.length === 0 && <NoInbox isAdmin={isAdmin} />}
      {inboxes !== null && inboxes.length > 0 && (
        <>
          <Filters desk={supportDeskOf(chat)} inboxes={inboxes} />
          <div class="pane-list">
            <List desk={supportDeskOf(chat)} openId={openId} />
          </div>
        </>
      )}
    </>
  );
}
