/** What an inbox is: made and changed by this form. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Inbox } from "../../../../client/mod.ts";
import { Field } from "../../../ui/field.tsx";
import { given } from "../../forms/form_dialog.tsx";
import { LongField } from "../../forms/long_field.tsx";
import { SaveForm } from "../../forms/save_form.tsx";
import type { Faults } from "../../state/failures.ts";
import { AgentPicker } from "./agent_picker.tsx";
import { toHours, toSpans } from "./hours.ts";
import { HoursField, type WrittenHours } from "./hours_field.tsx";
import type { InboxText } from "./inboxes.ts";
import { originsIn, strayOrigin } from "./origins.ts";
import { words } from "./words.ts";

const textMax = 1_000;

function Part({ id, title, hint, children }: {
  id: string;
  title: string;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    <section class="inbox-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {children}
    </section>
  );
}

function textOf(form: FormData, agents: readonly string[], hours: Inbox["hours"]): InboxText {
  return {
    name: given(form, "name"),
    greeting: given(form, "greeting") || null,
    offlineMessage: given(form, "offlineMessage") || null,
    allowedOrigins: originsIn(given(form, "allowedOrigins")),
    agents: [...agents],
    hours,
  };
}

interface OwnFaults {
  readonly hours?: string;
  readonly origins?: string;
}

function useInbox(inbox: Inbox | null) {
  const t = words();
  const [agents, setAgents] = useState<readonly string[]>(inbox?.agents ?? []);
  const kept = inbox?.hours ?? null;
  const [hours, setHours] = useState<WrittenHours | null>(
    kept === null ? null : { timeZone: kept.timeZone, spans: toSpans(kept) },
  );
  const [own, setOwn] = useState<OwnFaults>({});
  const [edits, setEdits] = useState(0);
  const edit = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setEdits((count) => count + 1);
  };
  /** What was written; null where it can't be, and why is shown. */
  const read = (form: FormData): InboxText | null => {
    const written = hours === null ? null : toHours(hours.timeZone, hours.spans);
    const stray = strayOrigin(originsIn(given(form, "allowedOrigins")));
    const isHoursWrong = hours !== null && written === null;
    setOwn({
      ...(isHoursWrong && { hours: t.hoursFault }),
      ...(stray !== undefined && { origins: t.originsFault(stray) }),
    });
    return isHoursWrong || stray !== undefined ? null : textOf(form, agents, written);
  };
  return { agents, setAgents: edit(setAgents), hours, setHours: edit(setHours), own, edits, read };
}

function Basics({ inbox, faults }: { inbox: Inbox | null; faults: Faults }) {
  const t = words();
  return (
    <Part id="basics-heading" title={t.basics}>
      <Field
        name="name"
        label={t.name}
        hint={t.nameHint}
        value={inbox?.name ?? ""}
        maxLength={100}
        fault={faults["name"]}
      />
      <LongField
        name="greeting"
        label={t.greeting}
        hint={t.greetingHint}
        value={inbox?.greeting ?? ""}
        maxLength={textMax}
        fault={faults["greeting"]}
      />
    </Part>
  );
}

/** The form; without an inbox it is for a new one. */
export function InboxForm({ inbox, save }: {
  inbox: Inbox | null;
  save: (text: InboxText) => Promise<void>;
}) {
  const t = words();
  const { agents, setAgents, hours, setHours, own, edits, read } = useInbox(inbox);
  return (
    <SaveForm
      {...(inbox === null && { action: t.create })}
      edits={edits}
      fields={["name", "greeting", "allowedOrigins", "offlineMessage"]}
      save={async (form) => {
        const text = read(form);
        if (text === null) return false;
        await save(text);
      }}
    >
      {(faults) => (
        <>
          <Basics inbox={inbox} faults={faults} />
          <Part id="agents-heading" title={t.agents} hint={t.agentsHint}>
            <AgentPicker picked={agents} onPick={setAgents} />
          </Part>
          <Part id="origins-heading" title={t.sites}>
            <LongField
              name="allowedOrigins"
              label={t.origins}
              hint={t.originsHint}
              value={inbox?.allowedOrigins.join("\n") ?? ""}
              maxLength={15_000}
              fault={own.origins ?? faults["allowedOrigins"]}
            />
          </Part>
          <Part id="hours-heading" title={t.hours}>
            <HoursField hours={hours} fault={own.hours} onChange={setHours} />
            <LongField
              name="offlineMessage"
              label={t.offlineMessage}
              value={inbox?.offlineMessage ?? ""}
              maxLength={textMax}
              fault={faults["offlineMessage"]}
            />
          </Part>
        </>
      )}
    </SaveForm>
  );
}
