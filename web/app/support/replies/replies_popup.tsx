/** Canned replies to pick from, above the place where one writes. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CannedReply } from "../../../../client/mod.ts";
import { useActing } from "../../forms/acting.ts";
import { Fault } from "../../forms/fault.tsx";
import { useChat } from "../../state/chat.ts";
import { insertText } from "../../state/composing.ts";
import { matchingReplies, readReplies } from "./replies.ts";
import { words } from "./words.ts";

const marginPx = 8;
// The types have this role only for a field with a list of the browser's own.
const combobox = { role: "combobox" } as object;

function put(popup: HTMLElement, above: HTMLElement): void {
  const { left, top } = above.getBoundingClientRect();
  const most = innerWidth - popup.offsetWidth - marginPx;
  popup.style.left = `${Math.max(marginPx, Math.min(left - popup.offsetWidth / 2, most))}px`;
  popup.style.bottom = `${innerHeight - top + marginPx}px`;
}

function useReplies(inboxId: string) {
  const { client } = useChat();
  const [replies, setReplies] = useState<readonly CannedReply[] | null>(null);
  const { faults, act } = useActing();
  useEffect(() => {
    void act(async () => setReplies(await readReplies(client, inboxId)));
  }, [inboxId]);
  return { replies, faults };
}

interface ListProps {
  readonly id: string;
  readonly found: readonly CannedReply[];
  readonly active: number;
  readonly onPick: (reply: CannedReply) => void;
}

function List({ id, found, active, onPick }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <ul class="reply-list" id={id} ref={list} role="listbox" aria-label={words().replies}>
      {found.map((reply, place) => (
        <li
          key={reply.id}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          // A press would take the focus from what is searched.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(reply)}
        >
          <b dir="auto">{reply.title}</b>
          <span dir="auto">{reply.text}</span>
        </li>
      ))}
    </ul>
  );
}

// Where it had been, unless somebody went elsewhere meanwhile.
function usePopover(above: HTMLElement, onClose: () => void) {
  const popup = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = popup.current!;
    const before = document.activeElement;
    element.showPopover();
    put(element, above);
    element.querySelector("input")!.focus();
    return () => {
      const now = document.activeElement;
      const isLost = now === null || now === document.body || element.contains(now);
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    addEventListener("resize", onClose);
    return () => removeEventListener("resize", onClose);
  }, [onClose]);
  return popup;
}

function Search({ listId, found, onPick, onWrite, active, onMove }: {
  listId: string;
  found: readonly CannedReply[];
  active: number;
  onPick: (reply: CannedReply) => void;
  onWrite: (written: string) => void;
  onMove: (active: number) => void;
}) {
  const t = words();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      onMove((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      const reply = found[active];
      if (reply !== undefined) onPick(reply);
    } else return;
    event.preventDefault();
  };
  return (
    <input
      type="search"
      class="search-field"
      {...combobox}
      aria-expanded
      aria-controls={listId}
      aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
      aria-label={t.search}
      placeholder={t.search}
      autocomplete="off"
      maxLength={100}
      onInput={({ currentTarget }) => onWrite(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

/** Open for as long as it is rendered; what is picked goes into the text. */
export function RepliesPopup({ inboxId, above, onManage, onClose }: {
  inboxId: string;
  above: HTMLElement;
  onManage: () => void;
  onClose: () => void;
}) {
  const t = words();
  const listId = useId();
  const popup = usePopover(above, onClose);
  const { replies, faults } = useReplies(inboxId);
  const [written, setWritten] = useState("");
  const [active, setActive] = useState(0);
  const found = matchingReplies(replies ?? [], written);
  const pick = ({ text }: CannedReply) => {
    onClose();
    insertText(text);
  };
  const search = (next: string) => {
    setWritten(next);
    setActive(0);
  };
  const said = replies === null ? "" : found.length === 0 ? t.noneFound : t.found(found.length);
  return (
    <div
      ref={popup}
      class="menu replies-popup"
      popover="auto"
      role="dialog"
      aria-label={t.replies}
      onToggle={({ newState }) => newState === "closed" && onClose()}
    >
      <Search {...{ listId, found, active }} onPick={pick} onWrite={search} onMove={setActive} />
      <p class="visually-hidden" role="status">{said}</p>
      <Fault faults={faults} />
      {replies !== null && found.length === 0 && (
        <p class="empty">{replies.length === 0 ? t.none : t.noneFound}</p>
      )}
      <List id={listId} found={found} active={active} onPick={pick} />
      <button type="button" class="button" onClick={onManage}>{t.manage}</button>
    </div>
  );
}
