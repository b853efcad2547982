/** The secret by which a site signs who its visitors are: made here, shown once, replaced, removed. */
import { useState } from "preact/hooks";
import type { Inbox } from "../../../../client/mod.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { useActing } from "../../forms/acting.ts";
import { Confirm } from "../../forms/confirm.tsx";
import { Fault } from "../../forms/fault.tsx";
import { Copying } from "./copying.tsx";
import type { Inboxes } from "./inboxes.ts";
import { words } from "./words.ts";

const secretBytes = 32;

/** 256 random bits, as letters and digits that any configuration file takes. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

type Asking = "replace" | "clear" | null;

function Once({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = words();
  return (
    <Dialog title={t.secretTitle} onClose={onClose}>
      <p class="dialog-text">{t.secretOnce}</p>
      <Copying label={t.secretTitle} text={secret} rows={2} />
      <div class="dialog-foot">
        <button type="button" class="button primary" onClick={onClose}>{t.done}</button>
      </div>
    </Dialog>
  );
}

interface Parts {
  readonly inbox: Inbox;
  readonly inboxes: Inboxes;
}

function Asked({ asking, run, onClose }: {
  asking: Asking;
  run: (what: "replace" | "clear") => Promise<void>;
  onClose: () => void;
}) {
  const t = words();
  if (asking === null) return null;
  const isClear = asking === "clear";
  return (
    <Confirm
      title={isClear ? t.clear : t.replace}
      text={isClear ? t.clearText : t.replaceText}
      action={isClear ? t.clear : t.replace}
      run={() => run(asking)}
      onClose={onClose}
    />
  );
}

/** What there is of it, and what can be done about it. */
export function Secret({ inbox, inboxes }: Parts) {
  const t = words();
  const { isBusy, faults, act } = useActing();
  const [secret, setSecret] = useState<string | null>(null);
  const [asking, ask] = useState<Asking>(null);
  const make = async () => {
    const made = newSecret();
    await inboxes.change(inbox.id, { identitySecret: made });
    setSecret(made);
  };
  const run = (what: "replace" | "clear") =>
    what === "clear" ? inboxes.change(inbox.id, { identitySecret: null }) : make();
  const has = inbox.hasIdentitySecret;
  return (
    <section class="inbox-part" aria-labelledby="identity-heading">
      <h2 id="identity-heading">{t.identity}</h2>
      <p class="hint">{t.identityHint}</p>
      <p>{has ? t.hasSecret : t.hasNoSecret}</p>
      <Fault faults={faults} />
      <div class="link-acts">
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => has ? ask("replace") : void act(make)}
        >
          {has ? t.replace : t.generate}
        </button>
        {has && (
          <button type="button" class="button danger" onClick={() => ask("clear")}>
            {t.clear}
          </button>
        )}
      </div>
      <Asked asking={asking} run={run} onClose={() => ask(null)} />
      {secret !== null && asking === null && (
        <Once
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </section>
  );
}
