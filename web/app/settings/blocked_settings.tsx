/** Whom I want to hear nothing from. */
import { useEffect } from "preact/hooks";
import type { Block } from "../../../client/mod.ts";
import { dayOf } from "../../ui/times.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { PersonCard } from "../people/person_row.tsx";
import { words as peopleWords } from "../people/words.ts";
import { useChat } from "../state/chat.ts";
import { words } from "./words.ts";

function Blocked({ block }: { block: Block }) {
  const { people } = useChat();
  const { isBusy, faults, act } = useActing();
  return (
    <PersonCard user={block.user} note={dayOf(block.since)}>
      <button
        type="button"
        class="button"
        disabled={isBusy}
        onClick={() => void act(() => people.unblock(block.user.id))}
      >
        {peopleWords().unblock}
      </button>
      <Fault faults={faults} />
    </PersonCard>
  );
}

/** The list. */
export function BlockedSettings() {
  const { people } = useChat();
  useEffect(() => people.want(), [people]);
  const blocks = people.blocks.value;
  if (blocks === null) return null;
  if (blocks.size === 0) return <p class="empty">{words().nobodyBlocked}</p>;
  return (
    <ul class="cards">
      {[...blocks.values()].map((block) => <Blocked key={block.user.id} block={block} />)}
    </ul>
  );
}
