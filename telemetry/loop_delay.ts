/** How late the event loop is: a timer's own delay. Node's histogram of it stays empty here (Deno 2.9.6). */

const everyMs = 50;

/** Is told how late a timer was, and how long after the one before. */
export type NoteDelay = (delayMs: number, elapsedMs: number) => void;

/** Measures until what it gives is called. */
export function watchLoop(note: NoteDelay): () => void {
  let setAt = performance.now();
  let timer = setTimeout(look, everyMs);
  function look(): void {
    const now = performance.now();
    const elapsedMs = now - setAt;
    setAt = now;
    timer = setTimeout(look, everyMs);
    note(Math.max(0, elapsedMs - everyMs), elapsedMs);
  }
  return () => clearTimeout(timer);
}
