/** Which rows of a long list are laid out: those in view, and some around them. */

/** From the first to behind the last. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** The height of a row, in pixels; list.css says the same. */
export const rowHeight = 68;
// A quick turn of the wheel finds rows there already.
const around = 6;

/** The rows to lay out, of `count`, where so much of the list has been scrolled by and is in view. */
export function windowOf(scrolled: number, inView: number, count: number): RowWindow {
  const first = Math.floor(scrolled / rowHeight);
  const last = Math.ceil((scrolled + inView) / rowHeight);
  const to = Math.min(count, last + around);
  return { from: Math.max(0, Math.min(first - around, to)), to };
}

/** Where to scroll so that a row is in view as a whole; as it is when it is. */
export function scrolledTo(index: number, scrolled: number, inView: number): number {
  const top = index * rowHeight;
  if (top < scrolled) return top;
  return Math.max(scrolled, top + rowHeight - inView);
}
