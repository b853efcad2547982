/** Sends messages on to other conversations. */
import { useState } from "preact/hooks";
import { Avatar } from "../../../ui/avatar.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { wordsOf } from "../../../ui/language.ts";
import { faceOf, titleOf } from "../../state/names.ts";
import { type OpenThread, useOpen } from "../open_thread.ts";
import { errorWords } from "../refusals.ts";

const words = wordsOf({
  en: {
    title: (count: number) => count === 1 ? "Forward message" : `Forward ${count} messages`,
    search: "Search conversations",
    merged: "As one message",
    forward: "Forward",
    done: "Forwarded",
    nothing: "No conversation found",
    failedFor: (name: string, why: string) => `${name}: ${why}`,
  },
  zh: {
    title: (count: number) => count === 1 ? "转发消息" : `转发 ${count} 条消息`,
    search: "搜索会话",
    merged: "合并为一条消息",
    forward: "转发",
    done: "已转发",
    nothing: "没有找到会话",
    failedFor: (name: string, why: string) => `${name}：${why}`,
  },
});

const targetsMax = 20;

// Each target has a name of its own, kept for another try: what arrived is not sent again.
const names = new Map<string, string>();

function nameFor(target: string, seqs: readonly number[], merged: boolean): string {
  const key = `${target} ${seqs.join(",")} ${merged}`;
  const name = names.get(key) ?? crypto.randomUUID();
  names.set(key, name);
  return name;
}

function useForwarding(open: OpenThread, seqs: readonly number[], onClose: () => void) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const { client } = open.chat;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id) && next.size < targetsMax) next.add(id);
    setChosen(next);
  };
  const forward = async (merged: boolean) => {
    setBusy(true);
    const found: string[] = [];
    const failed = new Set<string>();
    for (const target of chosen) {
      const asked = {
        clientId: nameFor(target, seqs, merged),
        from: { conversationId: open.id, seqs: [...seqs] },
        merged,
      };
      try {
        await client.ask("POST", `/v1/conversations/${target}/messages/forward`, asked);
        names.delete(`${target} ${seqs.join(",")} ${merged}`);
      } catch (error) {
        const view = client.conversation(target);
        failed.add(target);
        found.push(words().failedFor(view ? titleOf(view) : "", errorWords(error)));
      }
    }
    setBusy(false);
    setFaults(found);
    setChosen(failed);
    if (found.length > 0) return;
    open.selected.value = null;
    open.say(words().done);
    onClose();
  };
  return { chosen, faults, isBusy, toggle, forward };
}

function Targets({ query, chosen, onToggle }: {
  query: string;
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  const { chat } = useOpen();
  const asked = query.trim().toLowerCase();
  const found = chat.conversations.value.filter((view) =>
    view.state.dismissedAt === null && titleOf(view).toLowerCase().includes(asked)
  );
  if (found.length === 0) return <p class="dialog-note">{words().nothing}</p>;
  return (
    <ul class="people-list choose">
      {found.slice(0, 100).map((view) => (
        <li key={view.id}>
          <label>
            <Avatar {...faceOf(view)} size={34} />
            <span dir="auto">{titleOf(view)}</span>
            <input
              type="checkbox"
              checked={chosen.has(view.id)}
              onChange={() => onToggle(view.id)}
            />
          </label>
        </li>
      ))}
    </ul>
  );
}

/** Chooses where to, and sends. */
export function ForwardDialog(
  { seqs, onClose }: { seqs: readonly number[]; onClose: () => void },
) {
  const open = useOpen();
  const [query, setQuery] = useState("");
  const [isMerged, setMerged] = useState(false);
  const { chosen, faults, isBusy, toggle, forward } = useForwarding(open, seqs, onClose);
  const t = words();
  return (
    <Dialog title={t.title(seqs.length)} onClose={onClose}>
      <input
        class="search-field"
        type="search"
        value={query}
        placeholder={t.search}
        aria-label={t.search}
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      <Targets query={query} chosen={chosen} onToggle={toggle} />
      {faults.map((fault) => <p class="fault" role="alert" key={fault}>{fault}</p>)}
      <div class="dialog-foot">
        {seqs.length > 1 && (
          <label class="check">
            <input
              type="checkbox"
              checked={isMerged}
              onChange={({ currentTarget }) => setMerged(currentTarget.checked)}
            />
            {t.merged}
          </label>
        )}
        <button
          type="button"
          class="button primary"
          disabled={chosen.size === 0 || isBusy}
          onClick={() => void forward(isMerged)}
        >
          {t.forward}
        </button>
      </div>
    </Dialog>
  );
}
