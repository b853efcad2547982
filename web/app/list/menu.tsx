/** A menu over everything else: it ends with a choice, Escape, or a click elsewhere. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon, shapes } from "../../ui/icon.tsx";
import type { MenuPlace } from "./menu_gestures.ts";

/** Something to choose. */
export interface MenuItem {
  readonly label: string;
  readonly shape?: string;
  readonly isDanger?: boolean;
  /** One of several of which one holds; whether it is that one. */
  readonly isChosen?: boolean;
  /** Begins another group. */
  readonly isFirst?: boolean;
  /** Brings something in place of the menu, which is not closed then. */
  readonly isAsking?: boolean;
  readonly run: () => void;
}

const marginPx = 8;

function put(menu: HTMLElement, { x, y }: MenuPlace): void {
  const { offsetWidth, offsetHeight } = menu;
  const left = Math.min(x, innerWidth - offsetWidth - marginPx);
  const top = y + offsetHeight + marginPx > innerHeight ? y - offsetHeight : y;
  menu.style.left = `${Math.max(left, marginPx)}px`;
  menu.style.top = `${Math.max(top, marginPx)}px`;
}

function step(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const next: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  if (next[key] === undefined) return false;
  items.at(next[key]! % items.length)!.focus();
  return true;
}

function Item({ item, onClose }: { item: MenuItem; onClose: () => void }) {
  const { label, shape, isChosen, isDanger, isFirst, isAsking, run } = item;
  const classes = [isDanger && "danger", isFirst && "first"].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      role={isChosen === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={isChosen}
      class={classes}
      tabIndex={-1}
      onClick={() => {
        run();
        if (!isAsking) onClose();
      }}
    >
      {isChosen ? <Icon shape={shapes.check} size={18} /> : <Icon shape={shape ?? ""} size={18} />}
      <span>{label}</span>
    </button>
  );
}

/** Open for as long as it is rendered; `onClose` is asked to stop that. */
export function Menu({ at, label, items, onClose }: {
  at: MenuPlace;
  label: string;
  items: readonly MenuItem[];
  onClose: () => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = element.current!;
    const before = document.activeElement;
    menu.showPopover();
    put(menu, at);
    menu.querySelector("button")?.focus();
    return () => {
      const now = document.activeElement;
      // Who clicked elsewhere is there already.
      const isLost = now === null || now === document.body || menu.contains(now);
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    const stopping = new AbortController();
    // Not the browser's own way of closing what is clicked beside: that takes the lifting of the finger
    // or button that opened the menu for such a click.
    const leave = ({ target }: Event) => {
      if (!element.current!.contains(target as Node)) onClose();
    };
    addEventListener("pointerdown", leave, { capture: true, signal: stopping.signal });
    addEventListener("resize", onClose, stopping);
    addEventListener("blur", onClose, stopping);
    return () => stopping.abort();
  }, []);
  return (
    <div
      ref={element}
      class="menu floating"
      popover="manual"
      role="menu"
      aria-label={label}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        const isLeaving = event.key === "Tab" || event.key === "Escape";
        if (isLeaving) onClose();
        if (isLeaving || step(event.currentTarget, event.key)) event.preventDefault();
      }}
    >
      {items.map((item) => <Item key={item.label} item={item} onClose={onClose} />)}
    </div>
  );
}
