/** What may be done with a message: a row of emoji to react with, and the rest below it. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../../../client/mod.ts";
import { EmojiPicker } from "../../../ui/emoji/emoji_picker.tsx";
import { quickEmoji } from "../../../ui/emoji/recent.ts";
import { Icon, shapes } from "../../../ui/icon.tsx";
import { toggleReaction } from "../message/reactions.tsx";
import { words } from "../message/words.ts";
import { useOpen } from "../open_thread.ts";
import { mayReact } from "./acts.ts";
import { entriesFor } from "./entries.ts";

const marginPx = 8;

// Beside the pointer, and whole on the page.
function usePlace(x: number, y: number, changes: unknown) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { style } = menu.current!;
    const { width, height } = menu.current!.getBoundingClientRect();
    const place = (at: number, size: number, room: number) =>
      `${Math.max(marginPx, Math.min(at, room - size - marginPx))}px`;
    style.left = place(x, width, innerWidth);
    style.top = place(y, height, innerHeight);
  }, [x, y, changes]);
  return menu;
}

function moveAmong(event: KeyboardEvent): void {
  const { key, currentTarget } = event;
  const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const all = [...(currentTarget as HTMLElement).querySelectorAll<HTMLElement>("button")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const step = steps[key];
  const next = key === "Home" ? 0 : key === "End" ? all.length - 1 : step && at + step;
  if (next === undefined) return;
  event.preventDefault();
  all.at(next % all.length)?.focus();
}

function QuickEmoji({ onPick, onMore }: {
  onPick: (emoji: string) => void;
  onMore: () => void;
}) {
  const t = words();
  return (
    <div class="quick-emoji" role="group" aria-label={t.react}>
      {quickEmoji().map((emoji) => (
        <button
          type="button"
          role="menuitem"
          key={emoji}
          aria-label={`${t.react} ${emoji}`}
          onClick={() => onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        aria-label={t.otherEmoji}
        title={t.otherEmoji}
        onClick={onMore}
      >
        <Icon shape={shapes.more} size={18} />
      </button>
    </div>
  );
}

// The focus goes in and comes back; a press elsewhere, or another size of the page, closes it.
function useFocus(menu: RefObject<HTMLDivElement | null>, onClose: () => void): void {
  useEffect(() => {
    const before = document.activeElement;
    const inside = () => menu.current;
    inside()?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
    const onPointer = (event: Event) => {
      if (!inside()?.contains(event.target as Node)) onClose();
    };
    addEventListener("pointerdown", onPointer, true);
    addEventListener("resize", onClose);
    return () => {
      removeEventListener("pointerdown", onPointer, true);
      removeEventListener("resize", onClose);
      // What was chosen may have taken the focus to where it goes on.
      const isHere = document.activeElement === document.body;
      if (isHere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
}

interface Props {
  readonly message: Message;
  readonly onClose: () => void;
}

function Entries({ message, onClose, onMore }: Props & { onMore: () => void }) {
  const open = useOpen();
  const view = open.chat.conversation(open.id);
  if (view === undefined) return null;
  return (
    <>
      {mayReact(open, view) && (
        <QuickEmoji
          onMore={onMore}
          onPick={(emoji) => {
            onClose();
            toggleReaction(open, message, emoji);
          }}
        />
      )}
      {entriesFor(open, view, message).map(({ label, shape, run, isDangerous }) => (
        <button
          type="button"
          role="menuitem"
          key={label}
          class={isDangerous ? "danger" : ""}
          onClick={() => {
            onClose();
            run();
          }}
        >
          <Icon shape={shape} size={18} />
          {label}
        </button>
      ))}
    </>
  );
}

/** The menu, until `onClose`. */
export function MessageMenu({ message, x, y, onClose }: Props & { x: number; y: number }) {
  const open = useOpen();
  const [isPicking, setPicking] = useState(false);
  const menu = usePlace(x, y, isPicking);
  useFocus(menu, onClose);
  if (isPicking) {
    const react = (emoji: string) => {
      onClose();
      toggleReaction(open, message, emoji);
    };
    return (
      <div class="menu message-menu" ref={menu}>
        <EmojiPicker onPick={react} onClose={onClose} />
      </div>
    );
  }
  return (
    <div
      class="menu message-menu"
      ref={menu}
      role="menu"
      aria-label={words().menu}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === "Escape" || event.key === "Tab") {
          event.preventDefault();
          onClose();
        } else moveAmong(event);
      }}
    >
      <Entries message={message} onClose={onClose} onMore={() => setPicking(true)} />
    </div>
  );
}
