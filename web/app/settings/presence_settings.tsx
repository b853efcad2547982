/** How others see whether I am here. */
import { useState } from "preact/hooks";
import type { PresenceStatus } from "../../../client/mod.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { usePresences } from "../people/presence.ts";
import { type Chat, useChat } from "../state/chat.ts";
import { words } from "./words.ts";

const statuses = ["online", "away", "invisible"] as const;
// While online the server says "now", which is a moment ago when it arrives.
const awayAfterMs = 60_000;

// What I chose on another device, as far as it shows: nobody asks the server for it.
function shownAs(chat: Chat, presenceOf: ReturnType<typeof usePresences>): PresenceStatus {
  const presence = presenceOf(chat.me);
  if (presence === undefined) return "online";
  if (!presence.online) return "invisible";
  const seenMs = Date.parse(presence.lastSeenAt ?? "");
  return Date.now() - seenMs > awayAfterMs ? "away" : "online";
}

/** The choice. */
export function PresenceSettings() {
  const chat = useChat();
  const t = words();
  const { faults, act } = useActing();
  const [chosen, setChosen] = useState<PresenceStatus | null>(null);
  const status = chosen ?? shownAs(chat, usePresences([chat.me]));
  return (
    <fieldset class="radios">
      <legend>{t.presence}</legend>
      {statuses.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="presence"
            checked={status === one}
            onChange={() => {
              setChosen(one);
              void act(() => chat.client.setPresence(one));
            }}
          />
          {t.presences[one]}
        </label>
      ))}
      <p class="hint">{t.presenceHint}</p>
      <Fault faults={faults} />
    </fieldset>
  );
}
