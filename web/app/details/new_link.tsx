/** Making a link into a group. */
import type { Invite } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Choice } from "../forms/choice.tsx";
import { Fault } from "../forms/fault.tsx";
import { given } from "../forms/form_dialog.tsx";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

const hourMs = 3_600_000;

function limitsIn(form: FormData): Record<string, unknown> {
  const hours = Number(given(form, "hours"));
  const maxUses = Number(given(form, "maxUses"));
  return {
    ...(hours > 0 && { expiresAt: new Date(Date.now() + hours * hourMs).toISOString() }),
    ...(maxUses > 0 && { maxUses }),
  };
}

/** The form; `path` is where links are made. */
export function NewLink({ path, onMade }: { path: string; onMade: (made: Invite) => void }) {
  const { client } = useChat();
  const t = words();
  const { never, validities } = t;
  const { isBusy, faults, act } = useActing();
  const make = (form: FormData) =>
    act(async () => onMade(await client.ask<Invite>("POST", path, limitsIn(form))));
  return (
    <form
      class="new-link"
      onSubmit={(event) => {
        event.preventDefault();
        void make(new FormData(event.currentTarget));
      }}
    >
      <Choice
        name="hours"
        label={t.expires}
        value="168"
        options={[
          ["1", validities["1"]],
          ["24", validities["24"]],
          ["168", validities["168"]],
          ["720", validities["720"]],
          ["", never],
        ]}
      />
      <Choice
        name="maxUses"
        label={t.uses}
        value=""
        options={[["1", "1"], ["10", "10"], ["100", "100"], ["", never]]}
      />
      <Fault faults={faults} />
      <button type="submit" class="button primary" disabled={isBusy}>{t.newLink}</button>
    </form>
  );
}
