/** What asks for the menu of a thing: the right button, a long press, and the keys for it. */
import { useRef } from "preact/hooks";

/** Where a menu is to appear, from the corner of the page. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

const longPressMs = 500;
const tremblePx = 10;

interface Press extends MenuPlace {
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Handlers for the element; `open` is called with the place. */
export function useMenuGestures(open: (place: MenuPlace) => void) {
  const press = useRef<Press | null>(null);
  // The finger that opened the menu is lifted over the link, which is no click on it.
  const wasLong = useRef(false);
  const end = () => {
    if (press.current !== null) clearTimeout(press.current.timer);
    press.current = null;
  };
  return {
    onContextMenu(event: MouseEvent) {
      event.preventDefault();
      end();
      const { left, top, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      // The key for it gives no place of its own.
      const isByKey = event.clientX === 0 && event.clientY === 0;
      open(
        isByKey ? { x: left + 56, y: top + height / 2 } : { x: event.clientX, y: event.clientY },
      );
    },
    onPointerDown({ pointerType, clientX: x, clientY: y }: PointerEvent) {
      wasLong.current = false;
      if (pointerType === "mouse") return;
      end();
      const timer = setTimeout(() => {
        wasLong.current = true;
        open({ x, y });
      }, longPressMs);
      press.current = { x, y, timer };
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const begun = press.current;
      if (begun === null) return;
      if (Math.hypot(clientX - begun.x, clientY - begun.y) > tremblePx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClick(event: MouseEvent) {
      if (!wasLong.current) return;
      wasLong.current = false;
      event.preventDefault();
    },
  };
}
