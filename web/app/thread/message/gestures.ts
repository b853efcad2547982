/** How one asks for what may be done with a message: second button, long press, or the Enter key. */
import type { TargetedEvent } from "preact";
import { useRef } from "preact/hooks";
import type { Message } from "../../../../client/mod.ts";
import { useOpen } from "../open_thread.ts";

const pressMs = 480;
const slackPx = 10;

type On<E extends Event> = TargetedEvent<HTMLElement, E>;

// The browser's own menu is better for these.
function isForBrowser(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const hasSelected = (getSelection()?.toString() ?? "") !== "";
  return hasSelected || target.closest("a, video, input") !== null;
}

/** Handlers for the element of a message. */
export function useGestures(message: Message) {
  const open = useOpen();
  const press = useRef<{ timer: number; x: number; y: number } | null>(null);
  const show = (x: number, y: number) => {
    if (open.selected.peek() !== null) return;
    open.overlay.value = { kind: "menu", message, x, y };
  };
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  return {
    onContextMenu: (event: On<MouseEvent>) => {
      if (isForBrowser(event.target)) return;
      event.preventDefault();
      end();
      const box = event.currentTarget.getBoundingClientRect();
      // From the keyboard it comes without a place.
      if (event.clientX === 0 && event.clientY === 0) show(box.left + 60, box.top + 20);
      else show(event.clientX, event.clientY);
    },
    onPointerDown: (event: On<PointerEvent>) => {
      if (event.pointerType !== "touch") return;
      const { clientX: x, clientY: y } = event;
      press.current = { x, y, timer: setTimeout(() => show(x, y), pressMs) };
    },
    onPointerMove: (event: On<PointerEvent>) => {
      const { x, y } = press.current ?? { x: 0, y: 0 };
      if (Math.hypot(event.clientX - x, event.clientY - y) > slackPx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onKeyDown: (event: On<KeyboardEvent>) => {
      if (event.key !== "Enter" || event.target !== event.currentTarget) return;
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      show(box.left + 60, Math.max(60, box.top + 20));
    },
    onClick: (event: On<MouseEvent>) => {
      if (open.selected.peek() === null || message.recalledAt !== undefined) return;
      if ((event.target as Element).closest("a, button, input, video") !== null) return;
      open.toggle(message.seq);
    },
  };
}
