/** What stays where it is on the screen while lines come, go and grow around it. */
import type { Item, Layout } from "./layout.ts";

/** A line, and how far below the upper edge it begins. */
export interface Anchor {
  readonly key: string;
  readonly top: number;
}

// Sizes are rounded; more than that, and a hand that begins to move away would be held back.
const endPx = 2;
const anchorsMax = 12;

/** Where one is in the list: at its end, or at the lines that are seen. */
export class Place<T extends Item = Item> {
  /** Whether it follows what comes. */
  isAtEnd = true;
  #anchors: readonly Anchor[] = [];

  constructor(readonly layout: Layout<T>) {}

  /** Notes what is seen from a height on; whoever is at the end stays there, if it `mayFollow`. */
  see(top: number, height: number, mayFollow: boolean): void {
    this.isAtEnd = mayFollow && top + height >= this.layout.total - endPx;
    const { layout } = this;
    const { first, end } = layout.between(top, top + height);
    const anchors: Anchor[] = [];
    for (let place = first; place < end; place++) {
      // What is loading gives way to what was loaded, and is no place to hold on to.
      const { key } = layout.itemAt(place)!;
      if (/^[sc]/.test(key)) anchors.push({ key, top: layout.topOf(place) - top });
    }
    // A hand may have gone beyond what was rendered: what is really seen is what must not move.
    const isSeen = ({ key }: Anchor) => layout.isMeasured(key);
    this.#anchors = [...anchors.filter(isSeen), ...anchors.filter((one) => !isSeen(one))]
      .slice(0, anchorsMax);
  }

  /** Holds on to a line; it may not be there yet. */
  hold(anchor: Anchor): void {
    this.isAtEnd = false;
    this.#anchors = [anchor];
  }

  /** Goes to the end and follows it. */
  follow(): void {
    this.isAtEnd = true;
    this.#anchors = [];
  }

  /** Which height belongs at the upper edge now. */
  top(height: number): number {
    const { layout } = this;
    const max = Math.max(0, layout.total - height);
    if (this.isAtEnd) return max;
    for (const { key, top } of this.#anchors) {
      const place = layout.placeOf(key);
      if (place !== undefined) return Math.min(max, Math.max(0, layout.topOf(place) - top));
    }
    return max;
  }
}
