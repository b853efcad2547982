/** The state of calling somebody while writing. */
import { useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../../../client/mod.ts";
import { everyone } from "../message/called.ts";
import { type OpenThread, useOpen } from "../open_thread.ts";
import { type Asked, askedAt, type Candidate, matching, withName } from "./mentions.ts";

function candidatesOf(open: OpenThread, view: ConversationView): Candidate[] {
  const { me } = open.chat;
  const { kind } = view.state;
  if (kind !== "group") return [];
  const others = (open.members.value ?? []).filter(({ userId }) => userId !== me);
  const people = others.map(({ userId }) => ({ id: userId, name: open.nameOf(userId) }));
  const all = { id: "all", name: everyone().all };
  return [...(view.my.role === "member" ? [] : [all]), ...people]
    .filter(({ name }) => name !== "");
}

/** Who is offered, who was picked, and the keys that choose. */
export function useMentions(
  view: ConversationView,
  write: (text: string, caret: number) => void,
) {
  const open = useOpen();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [active, setActive] = useState(0);
  const picked = useRef<Candidate[]>([]);
  const found = asked === null ? [] : matching(candidatesOf(open, view), asked.query);

  const look = (text: string, caret: number) => {
    const next = view.state.kind === "group" ? askedAt(text, caret) : null;
    if (next !== null && open.members.peek() === null) void open.loadMembers();
    if (next?.query !== asked?.query) setActive(0);
    setAsked(next);
  };
  const pick = (candidate: Candidate, text: string) => {
    if (asked === null) return;
    picked.current.push(candidate);
    setAsked(null);
    const next = withName(text, asked, candidate.name);
    write(next.text, next.caret);
  };
  /** Whether the key was for the list. */
  const onKey = (event: KeyboardEvent, text: string): boolean => {
    if (found.length === 0 || event.isComposing) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setActive((active + step + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(found[active]!, text);
    else if (event.key === "Escape") setAsked(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { found, active, look, pick, onKey, picked };
}
