/** Shows of a long list what is near the eyes, and keeps that where it is whatever happens around it. */
import { useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { type Anchor, Place } from "./anchor.ts";
import { type Item, Layout, type Span } from "./layout.ts";

const overscanPx = 900;
// So much of it may be used up before lines are rendered anew.
const sparedPx = 400;
const roundsMax = 8;

/** What the list is told by its window. */
export interface WindowPorts<T extends Item> {
  readonly estimate: (item: T, width: number) => number;
  /** Whether its end is the end of all, so that one may follow it. */
  readonly isWhole: () => boolean;
  /** What is seen is another. */
  readonly onSeen: () => void;
}

/** Keeps a scrolled element at its place; `render` shows the lines anew. */
export class ScrollWindow<T extends Item> {
  readonly layout: Layout<T>;
  readonly place: Place<T>;
  span: Span = { first: 0, end: 0 };
  #scroller: HTMLElement | null = null;
  #top = 0;
  #width = 0;
  /** What stands for the lines before those that are shown, as it was rendered. */
  #before = 0;
  #resizes: ResizeObserver | null = null;
  #watched = new Set<HTMLElement>();

  constructor(readonly ports: WindowPorts<T>, readonly render: () => void) {
    this.layout = new Layout((item) => ports.estimate(item, this.#width));
    this.place = new Place(this.layout);
  }

  /** The height that is seen. */
  get height(): number {
    return this.#scroller?.clientHeight ?? 900;
  }

  /** The element that scrolls, while it is shown. */
  get scroller(): HTMLElement | null {
    return this.#scroller;
  }

  /** Where the seen part begins. */
  get top(): number {
    return this.#top;
  }

  /** Begins with an element; ends with what it returns. */
  attach(scroller: HTMLElement): () => void {
    this.#scroller = scroller;
    this.#width = scroller.clientWidth;
    this.layout.forget();
    const onScroll = () => this.#scrolled();
    scroller.addEventListener("scroll", onScroll, { passive: true });
    this.#resizes = new ResizeObserver((entries) => this.#resized(entries));
    this.#resizes.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", onScroll);
      this.#resizes?.disconnect();
      this.#watched.clear();
      this.#scroller = null;
    };
  }

  /** Takes the lines that are to be shown, and decides which. */
  take(items: readonly T[]): Span {
    // The hand may have moved since the last word of it: what is seen now is what must stay.
    this.#look();
    this.layout.set(items);
    const span = this.#choose();
    this.#before = this.layout.topOf(span.first);
    return span;
  }

  #look(): void {
    const scroller = this.#scroller;
    if (scroller === null || Math.abs(scroller.scrollTop - this.#top) < 1) return;
    this.#top = scroller.scrollTop;
    this.place.see(this.#top, this.height, this.ports.isWhole());
  }

  #choose(): Span {
    const top = this.place.top(this.height);
    this.span = this.layout.between(top - overscanPx, top + this.height + overscanPx);
    return this.span;
  }

  #covers(): boolean {
    const top = this.place.top(this.height);
    const { first, end } = this.layout.between(top - sparedPx, top + this.height + sparedPx);
    return first >= this.span.first && end <= this.span.end;
  }

  #scrolled(): void {
    this.#look();
    if (!this.#covers()) this.render();
    this.ports.onSeen();
  }

  #resized(entries: readonly ResizeObserverEntry[]): void {
    const scroller = this.#scroller!;
    this.#look();
    const isScroller = entries.some(({ target }) => target === scroller);
    if (isScroller && scroller.clientWidth !== this.#width) {
      this.#width = scroller.clientWidth;
      this.layout.forget();
    }
    this.settle();
  }

  #measure(): void {
    const now = new Set<HTMLElement>();
    for (const element of this.#scroller!.querySelectorAll<HTMLElement>("[data-key]")) {
      now.add(element);
      if (!this.#watched.has(element)) this.#resizes!.observe(element);
      this.layout.measure(element.dataset["key"]!, element.getBoundingClientRect().height);
    }
    for (const element of this.#watched) if (!now.has(element)) this.#resizes!.unobserve(element);
    this.#watched = now;
  }

  /** Measures what is shown, and puts it where it was. */
  settle(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    this.#measure();
    const top = this.place.top(this.height);
    if (Math.abs(scroller.scrollTop - top) >= 0.5) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
    // Guesses may have changed since it was rendered: then the page is not what we think it is.
    const isTrue = Math.abs(this.layout.topOf(this.span.first) - this.#before) < 0.5 &&
      Math.abs(this.#top - top) < 1.5;
    if (!isTrue || !this.#covers()) return this.render();
    this.place.see(this.#top, this.height, this.ports.isWhole());
    this.ports.onSeen();
  }

  /** Brings a line before the eyes. */
  goTo(anchor: Anchor): void {
    this.place.hold(anchor);
    this.render();
  }

  /** Goes to the end, and follows it. */
  follow(): void {
    this.place.follow();
    this.render();
  }
}

/** A window on `items`; give `scroller` to the element that scrolls. */
export function useWindow<T extends Item>(items: readonly T[], ports: WindowPorts<T>) {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const scroller = useRef<HTMLDivElement>(null);
  const rounds = useRef(0);
  const shown = useMemo(() => {
    return new ScrollWindow<T>(ports, () => {
      // Lines that change their height by being shown would go on for ever.
      if (rounds.current++ < roundsMax) render(null);
    });
  }, []);
  const span = shown.take(items);
  useLayoutEffect(() => shown.attach(scroller.current!), []);
  useLayoutEffect(() => {
    shown.settle();
    const frame = requestAnimationFrame(() => {
      rounds.current = 0;
    });
    return () => cancelAnimationFrame(frame);
  });
  return {
    scroller,
    shown,
    span,
    before: shown.layout.topOf(span.first),
    after: shown.layout.total - shown.layout.topOf(span.end),
  };
}
