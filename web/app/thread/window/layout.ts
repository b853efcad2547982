/** Where each line of a long list lies, by heights that were measured or guessed. */

/** A line of the list. */
export interface Item {
  readonly key: string;
}

/** Lines from `first` to before `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Heights by key, and the places that follow from them. */
export class Layout<T extends Item = Item> {
  #items: readonly T[] = [];
  #offsets = new Float64Array(1);
  #places = new Map<string, number>();
  readonly #measured = new Map<string, number>();
  /** From where on the offsets are not true any more. */
  #staleFrom = 0;

  constructor(readonly estimate: (item: T) => number) {}

  /** Takes another list; what was measured stays. */
  set(items: readonly T[]): void {
    if (items === this.#items) return;
    this.#items = items;
    this.#places = new Map(items.map(({ key }, place) => [key, place]));
    this.#offsets = new Float64Array(items.length + 1);
    this.#staleFrom = 0;
    // Of what is gone only a little is kept: it may come back.
    if (this.#measured.size > 2 * items.length + 1_000) {
      for (const key of this.#measured.keys()) {
        if (!this.#places.has(key)) this.#measured.delete(key);
      }
    }
  }

  /** Takes a height; whether it is another. */
  measure(key: string, height: number): boolean {
    const place = this.#places.get(key);
    if (place === undefined || this.#measured.get(key) === height) return false;
    const isNew = Math.abs(this.#height(place) - height) > 0.05;
    this.#measured.set(key, height);
    if (isNew) this.#staleFrom = Math.min(this.#staleFrom, place);
    return isNew;
  }

  /** Forgets all heights: the list is of another width. */
  forget(): void {
    this.#measured.clear();
    this.#staleFrom = 0;
  }

  #height(place: number): number {
    const item = this.#items[place]!;
    return this.#measured.get(item.key) ?? this.estimate(item);
  }

  #sum(): Float64Array {
    const offsets = this.#offsets;
    for (let place = this.#staleFrom; place < this.#items.length; place++) {
      offsets[place + 1] = offsets[place]! + this.#height(place);
    }
    this.#staleFrom = this.#items.length;
    return offsets;
  }

  /** How many lines there are. */
  get count(): number {
    return this.#items.length;
  }

  /** The height of all. */
  get total(): number {
    return this.#sum()[this.#items.length]!;
  }

  /** Where the line at a place begins. */
  topOf(place: number): number {
    return this.#sum()[Math.max(0, Math.min(place, this.#items.length))]!;
  }

  /** The place of a line; undefined when it is not there. */
  placeOf(key: string): number | undefined {
    return this.#places.get(key);
  }

  /** Whether the height of a line was measured, and not guessed. */
  isMeasured(key: string): boolean {
    return this.#measured.has(key);
  }

  /** The line at a place. */
  itemAt(place: number): T | undefined {
    return this.#items[place];
  }

  /** The line that covers a height; the first or the last one beyond the ends. */
  placeAt(y: number): number {
    const offsets = this.#sum();
    let [low, high] = [0, Math.max(0, this.#items.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (offsets[middle]! <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The lines that lie at least partly between two heights. */
  between(top: number, bottom: number): Span {
    if (this.#items.length === 0) return { first: 0, end: 0 };
    const last = this.placeAt(Math.max(top, bottom));
    const first = this.placeAt(Math.max(0, top));
    return { first, end: last + 1 };
  }
}
