/** Where I am signed in. */
import { useEffect, useState } from "preact/hooks";
import { dayOf, timeOf } from "../../ui/times.ts";
import { useActing } from "../forms/acting.ts";
import { Confirm } from "../forms/confirm.tsx";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { readAll } from "../state/pages.ts";
import type { SessionSummary } from "../../../schemas/auth.ts";
import { words } from "./words.ts";

function when(at: string): string {
  return `${dayOf(at)}, ${timeOf(at)}`;
}

function Device({ session, onEnd }: { session: SessionSummary; onEnd: () => void }) {
  const t = words();
  const { device, address, createdAt, lastUsedAt, current } = session;
  return (
    <li class="device">
      <span class="device-main">
        <span class="row-title">{device.name ?? t.platforms[device.platform]}</span>
        <span class="hint">
          {[current ? null : t.lastUsed(when(lastUsedAt)), address]
            .filter((text) => text !== null).join(" · ")}
        </span>
        <span class="hint">{t.signedIn(when(createdAt))}</span>
      </span>
      {current
        ? <span class="badge">{t.thisDevice}</span>
        : <button type="button" class="button danger" onClick={onEnd}>{t.end}</button>}
    </li>
  );
}

/** The list. */
export function DeviceSettings() {
  const { client } = useChat();
  const t = words();
  const [sessions, setSessions] = useState<readonly SessionSummary[] | null>(null);
  const [ending, setEnding] = useState<SessionSummary | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    void act(async () => setSessions(await readAll<SessionSummary>(client, "/v1/auth/sessions")));
  }, [client]);
  const end = async ({ id }: SessionSummary) => {
    await client.ask("DELETE", `/v1/auth/sessions/${id}`);
    setSessions((all) => all?.filter((one) => one.id !== id) ?? null);
  };
  return (
    <>
      <Fault faults={faults} />
      <ul class="cards">
        {sessions?.map((session) => (
          <Device
            key={session.id}
            session={session}
            onEnd={() => setEnding(session)}
          />
        ))}
      </ul>
      {sessions?.length === 1 && <p class="empty">{t.noOthers}</p>}
      {ending !== null && (
        <Confirm
          title={t.endTitle}
          text={t.endText}
          action={t.end}
          run={() => end(ending)}
          onClose={() => setEnding(null)}
        />
      )}
    </>
  );
}
