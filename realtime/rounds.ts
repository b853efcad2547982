/** Looking at all of a changing list bit by bit. */

/** Takes all of a list in so many turns, in slices; a list of one slice in each. */
export class Rounds {
  #position = 0;

  constructor(readonly turns: number, readonly sliceMax: number) {}

  /** What of the list has its turn now. */
  next<T>(all: readonly T[]): T[][] {
    const { sliceMax, turns } = this;
    if (this.#position >= all.length) this.#position = 0;
    const from = this.#position;
    this.#position += Math.max(sliceMax, Math.ceil(all.length / turns));
    const slices: T[][] = [];
    for (let start = from; start < Math.min(this.#position, all.length); start += sliceMax) {
      slices.push(all.slice(start, Math.min(start + sliceMax, this.#position)));
    }
    return slices;
  }
}
