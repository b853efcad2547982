/** What the site's own storage keeps between its pages: marks that say yes or nothing. */

/** A visitor has written in this browser: there may be answers. For all tabs. */
export const known = "known";
/** The chat is open in this tab. */
export const opened = "open";

/** A mark. */
export type Mark = typeof known | typeof opened;

/** The marks of one widget. */
export class Marks {
  constructor(readonly name: string) {}

  // Browsers forbid it on some pages (sandboxed ones, or all of them): then nothing is remembered.
  #attempt(mark: Mark, act: (storage: Storage, key: string) => unknown): boolean {
    try {
      return !!act(mark === known ? localStorage : sessionStorage, `patter ${mark} ${this.name}`);
    } catch {
      return false;
    }
  }

  /** Whether it is set. */
  has(mark: Mark): boolean {
    return this.#attempt(mark, (storage, key) => storage.getItem(key));
  }

  /** Sets it, or takes it away. */
  set(mark: Mark, is: boolean): void {
    this.#attempt(
      mark,
      (storage, key) => is ? storage.setItem(key, "1") : storage.removeItem(key),
    );
  }
}
