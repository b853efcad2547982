/** What leaders change of a group. */
import type { ConversationState, ConversationView } from "../../../client/mod.ts";
import { Field } from "../../ui/field.tsx";
import { Choice, type Options } from "../forms/choice.tsx";
import { given } from "../forms/form_dialog.tsx";
import { LongField } from "../forms/long_field.tsx";
import { SaveForm } from "../forms/save_form.tsx";
import { Toggle } from "../forms/toggle.tsx";
import { historyOptions, policyOptions } from "../groups/options.ts";
import { words as groupWords } from "../groups/words.ts";
import { useChat } from "../state/chat.ts";
import type { Faults } from "../state/failures.ts";
import { changesTo, type GroupChanges } from "./changes.ts";
import { words } from "./words.ts";

const usualDays = [1, 7, 30, 90, 365];

function retentionOptions(now: number | null): Options<string> {
  const t = words();
  const days = [...new Set([...usualDays, ...(now === null ? [] : [now])])].sort((a, b) => a - b);
  return [["", t.forever], ...days.map((count) => [String(count), t.days(count)] as const)];
}

function writtenIn(form: FormData): GroupChanges {
  return {
    name: given(form, "name"),
    avatarUrl: given(form, "avatarUrl") || null,
    announcement: given(form, "announcement") || null,
    joinPolicy: given(form, "joinPolicy") as "open",
    historyVisible: given(form, "historyVisible") as "all",
    mutedAll: form.has("mutedAll"),
    retentionDays: Number(given(form, "retentionDays")) || null,
  };
}

function Names({ state, faults }: { state: ConversationState; faults: Faults }) {
  const t = words();
  return (
    <>
      <Field
        name="name"
        label={t.name}
        value={state.name ?? ""}
        maxLength={100}
        fault={faults["name"]}
      />
      <Field
        name="avatarUrl"
        type="url"
        label={t.avatarUrl}
        value={state.avatarUrl ?? ""}
        hint={t.avatarHint}
        isRequired={false}
        fault={faults["avatarUrl"]}
      />
      <LongField
        name="announcement"
        label={t.announcement}
        value={state.announcement ?? ""}
        maxLength={2_000}
        rows={5}
        fault={faults["announcement"]}
      />
    </>
  );
}

function Rules({ state }: { state: ConversationState }) {
  const t = words();
  const g = groupWords();
  return (
    <>
      <Choice
        name="joinPolicy"
        label={g.joinPolicy}
        value={state.joinPolicy ?? "open"}
        options={policyOptions()}
      />
      <Choice
        name="historyVisible"
        label={g.history}
        value={state.historyVisible}
        options={historyOptions()}
      />
      <Choice
        name="retentionDays"
        label={t.retention}
        value={String(state.retentionDays ?? "")}
        options={retentionOptions(state.retentionDays)}
        hint={t.retentionHint}
      />
      <Toggle name="mutedAll" label={t.mutedAll} isOn={state.mutedAll} />
    </>
  );
}

/** The page. */
export function GroupEdit({ view, onDone }: { view: ConversationView; onDone: () => void }) {
  const { client } = useChat();
  const { state } = view;
  const save = async (form: FormData) => {
    const patch = changesTo(state, writtenIn(form));
    if (Object.keys(patch).length > 0) await client.ask("PATCH", `/v1/groups/${view.id}`, patch);
    onDone();
  };
  return (
    <SaveForm fields={["name", "avatarUrl", "announcement"]} save={save}>
      {(faults) => (
        <>
          <Names state={state} faults={faults} />
          <Rules state={state} />
        </>
      )}
    </SaveForm>
  );
}
