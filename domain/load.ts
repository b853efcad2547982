/** Load: how far the event loop is behind, and which work is left undone until it has caught up. */
import { overloaded } from "../errors.ts";
import type { App } from "./app.ts";

// What each level leaves undone besides what those before it do. A new connection adds work for as
// long as it lives, and another instance may have room for it: so it is among the first. Messages are
// in no level: the queue that they wait in has a limit of its own.
const levels = [["typing", "connection"], ["presence"], ["search"], ["export"]] as const;

/** Work that may be left undone. */
export type Work = typeof levels[number][number];

const levelOf = new Map<Work, number>(
  levels.flatMap((works, place) => works.map((work) => [work, place + 1] as const)),
);

/** When the loop counts as behind. */
export interface LoadOptions {
  /** A delay that lasts: more is too much. 0: never. */
  readonly delayMsMax: number;
  /** Is told when more or less work is left undone than before. */
  readonly onChange?: (level: number, delayMs: number) => void;
}

const intervalMs = 500;
const samplesMin = 3;
const calmIntervals = 2;

/**
 * Decides by the least delay within an interval, as CoDel does with queues (RFC 8289): a burst, a pause
 * of the collector or of the whole process leaves short delays beside the long ones, and only a loop
 * that does not catch up has none. Each interval that is too late adds a level; two that are well
 * below the limit take one away.
 */
export class Load {
  #level = 0;
  #calm = 0;
  #delayMs = 0;
  #leastMs = Infinity;
  #samples = 0;
  #elapsedMs = 0;

  constructor(readonly options: LoadOptions) {}

  /** How many levels of work are left undone; 0: none. */
  get level(): number {
    return this.#level;
  }

  /** The delay that was never undercut in the last interval. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Whether there is room for such work. */
  admits(work: Work): boolean {
    return this.#level < levelOf.get(work)!;
  }

  /** The loop was so late for something that was due `elapsedMs` after the last time. */
  note(delayMs: number, elapsedMs: number): void {
    if (this.options.delayMsMax === 0) return;
    this.#leastMs = Math.min(this.#leastMs, delayMs);
    this.#elapsedMs += elapsedMs;
    // After a pause of the whole process one sample is as long as an interval.
    if (++this.#samples < samplesMin || this.#elapsedMs < intervalMs) return;
    this.#delayMs = this.#leastMs;
    this.#leastMs = Infinity;
    this.#samples = 0;
    this.#elapsedMs = 0;
    this.#decide();
  }

  #decide(): void {
    const { delayMsMax } = this.options;
    const isCalm = this.#delayMs < delayMsMax / 2;
    this.#calm = isCalm ? this.#calm + 1 : 0;
    if (this.#delayMs > delayMsMax) this.#moveTo(Math.min(this.#level + 1, levels.length));
    else if (this.#calm >= calmIntervals) this.#moveTo(Math.max(this.#level - 1, 0));
  }

  #moveTo(level: number): void {
    this.#calm = 0;
    if (level === this.#level) return;
    this.#level = level;
    this.options.onChange?.(level, this.#delayMs);
  }
}

/**
 * Refuses work that there is no room for.
 * @throws `overloaded`.
 */
export function requireRoom({ load }: Pick<App, "load">, work: Work): void {
  if (!load.admits(work)) throw overloaded();
}
