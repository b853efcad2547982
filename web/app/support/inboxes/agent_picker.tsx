/** Who answers in an inbox: found by name, taken out again. */
import { useEffect, useState } from "preact/hooks";
import type { User } from "../../../../client/mod.ts";
import { IconButton, shapes } from "../../../ui/icon.tsx";
import { useActing } from "../../forms/acting.ts";
import { Fault } from "../../forms/fault.tsx";
import { PersonFace } from "../../people/person_row.tsx";
import { useChat } from "../../state/chat.ts";
import { words } from "./words.ts";

const restMs = 250;
const foundMax = 20;
const agentsMax = 100;
const plus = "M12 5v14M5 12h14";

function useFound(written: string) {
  const { client, users } = useChat();
  const [found, setFound] = useState<readonly User[] | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    setFound(null);
    if (written === "") return;
    let isWanted = true;
    const timer = setTimeout(() =>
      void act(async () => {
        const path = `/v1/users?limit=${foundMax}&query=${encodeURIComponent(written)}`;
        const { items } = await client.ask<{ items: User[] }>("GET", path);
        for (const user of items) users.learn(user);
        // Visitors have names too.
        if (isWanted) setFound(items.filter(({ role }) => role !== "guest"));
      }), restMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [written]);
  return { found, faults };
}

function Agent({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { users } = useChat();
  const user = users.of(id);
  return (
    <li class="person-card">
      <span class="person-card-face">{user && <PersonFace user={user} size={36} />}</span>
      <IconButton
        shape={shapes.close}
        label={words().removeAgent(users.nameOf(id))}
        onClick={onRemove}
      />
    </li>
  );
}

interface PickerProps {
  readonly picked: readonly string[];
  readonly onPick: (picked: readonly string[]) => void;
}

function Found({ written, picked, onPick }: PickerProps & { written: string }) {
  const t = words();
  const { found, faults } = useFound(written);
  const others = found?.filter(({ id }) => !picked.includes(id)) ?? [];
  const said = found === null
    ? ""
    : others.length === 0
    ? t.nobodyFound
    : t.foundCount(others.length);
  return (
    <>
      <Fault faults={faults} />
      <p class={others.length === 0 ? "hint" : "visually-hidden"} role="status">{said}</p>
      <ul class="cards">
        {others.map((user) => (
          <li key={user.id} class="person-card">
            <span class="person-card-face">
              <PersonFace user={user} size={36} />
            </span>
            <IconButton
              shape={plus}
              label={t.addAgent(user.nickname)}
              disabled={picked.length >= agentsMax}
              onClick={() => onPick([...picked, user.id])}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The agents, and a search for others. */
export function AgentPicker({ picked, onPick }: PickerProps) {
  const t = words();
  const [written, setWritten] = useState("");
  const sought = [...written.trim().replace(/^@/, "")].slice(0, 64).join("");
  return (
    <>
      <ul class="cards agents">
        {picked.map((id) => (
          <Agent
            key={id}
            id={id}
            onRemove={() => onPick(picked.filter((other) => other !== id))}
          />
        ))}
      </ul>
      {picked.length === 0 && <p class="hint">{t.noAgents}</p>}
      <input
        type="search"
        class="search-field"
        aria-label={t.findAgents}
        placeholder={t.findAgents}
        autocomplete="off"
        value={written}
        // Enter would send the form around it.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        onInput={({ currentTarget }) => setWritten(currentTarget.value)}
      />
      {sought !== "" && <Found written={sought} picked={picked} onPick={onPick} />}
    </>
  );
}
