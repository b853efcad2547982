/** The focus in a long list: arrow keys move it, also to rows that are not laid out yet. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { scrolledTo } from "./window_of.ts";

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return Math.min(index + 1, count - 1);
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** What the focus moves in. */
export interface FocusParts {
  readonly list: RefObject<HTMLElement | null>;
  readonly ids: readonly string[];
  /** Called after scrolling, so that the rows there are laid out. */
  readonly look: () => void;
}

/** Which row has the focus, if one has, and the handlers that move it. */
export function useRowFocus({ list, ids, look }: FocusParts) {
  const [focusedId, setFocused] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const focusWanted = () => {
    if (wanted.current === null) return;
    const row = list.current!.querySelector<HTMLElement>(`[data-id="${wanted.current}"]`);
    if (row === null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  useEffect(focusWanted);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = ids.indexOf((event.target as HTMLElement).dataset["id"] ?? "");
    const next = index < 0 ? null : nextIndex(event.key, index, ids.length);
    if (next === null) return;
    event.preventDefault();
    const scroller = list.current!;
    scroller.scrollTop = scrolledTo(next, scroller.scrollTop, scroller.clientHeight);
    wanted.current = ids[next]!;
    setFocused(wanted.current);
    look();
    // At once where it can be: a key that is held down goes on from there.
    focusWanted();
  };
  return { focusedId, setFocused, onKeyDown };
}
