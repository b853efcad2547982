/** The rows of the list: only those in view are laid out. */
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { later } from "../../ui/later.tsx";
import { useChat } from "../state/chat.ts";
import type { MenuPlace } from "./menu_gestures.ts";
import { useWhoIsHere } from "./presence.ts";
import { Row } from "./row.tsx";
import { useRowFocus } from "./row_focus.ts";
import { rowHeight, scrolledTo, windowOf } from "./window_of.ts";
import { words } from "./words.ts";

const RowMenu = later(async () => (await import("./row_menu.tsx")).RowMenu);

/** A conversation's id, and the other one's of a direct one. */
export interface RowItem {
  readonly id: string;
  readonly peerId: string | null;
}

// How far the list is scrolled, and how much of it is seen.
function useView(list: RefObject<HTMLElement | null>) {
  const [view, setView] = useState({ scrolled: 0, inView: innerHeight });
  const look = useCallback(() => {
    const { scrollTop, clientHeight } = list.current!;
    setView({ scrolled: scrollTop, inView: clientHeight });
  }, []);
  useLayoutEffect(() => {
    const watching = new ResizeObserver(look);
    watching.observe(list.current!);
    return () => watching.disconnect();
  }, []);
  return { view, look };
}

interface Place {
  readonly item: RowItem;
  readonly index: number;
}

// The one with the focus stays, wherever the list is scrolled: else the focus would be lost.
function placesOf(items: readonly RowItem[], from: number, to: number, focused: number): Place[] {
  const places = items.slice(from, to).map((item, nth) => ({ item, index: from + nth }));
  const isKept = focused >= 0 && (focused < from || focused >= to);
  return isKept ? [...places, { item: items[focused]!, index: focused }] : places;
}

/** The rows, in the order given. */
export function Rows({ items, openId }: { items: readonly RowItem[]; openId: string | undefined }) {
  const chat = useChat();
  const list = useRef<HTMLDivElement>(null);
  const { view, look } = useView(list);
  const ids = items.map(({ id }) => id);
  const { focusedId, setFocused, onKeyDown } = useRowFocus({ list, ids, look });
  const [menu, setMenu] = useState<{ id: string; at: MenuPlace } | null>(null);
  const openMenu = useCallback((id: string, at: MenuPlace) => setMenu({ id, at }), []);
  useLayoutEffect(() => {
    const index = ids.indexOf(openId ?? "");
    const scroller = list.current!;
    if (index < 0) return;
    // Whatever opened it, a key or a notification: it is seen where it stands.
    scroller.scrollTop = scrolledTo(index, scroller.scrollTop, scroller.clientHeight);
  }, [openId]);
  const { from, to } = windowOf(view.scrolled, view.inView, items.length);
  const focused = focusedId === null ? -1 : ids.indexOf(focusedId);
  const places = placesOf(items, from, to, focused);
  const here = useWhoIsHere(chat, places.flatMap(({ item }) => item.peerId ?? []));
  const tabStop = focused >= 0 ? focused : Math.max(ids.indexOf(openId ?? ""), 0);
  return (
    <div
      class="rows"
      ref={list}
      onScroll={look}
      onKeyDown={onKeyDown}
      onFocusOut={() => setFocused(null)}
    >
      <ul aria-label={words().list} style={{ height: `${items.length * rowHeight}px` }}>
        {places.map(({ item: { id, peerId }, index }) => (
          <li
            key={id}
            style={{ top: `${index * rowHeight}px` }}
            aria-setsize={items.length}
            aria-posinset={index + 1}
          >
            <Row
              id={id}
              isOpen={id === openId}
              isHere={peerId !== null && here.has(peerId)}
              isTabStop={index === tabStop}
              onFocus={setFocused}
              onMenu={openMenu}
            />
          </li>
        ))}
      </ul>
      {menu && <RowMenu key={menu.id} {...menu} onClose={() => setMenu(null)} />}
    </div>
  );
}
