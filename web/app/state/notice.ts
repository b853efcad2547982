/** A short word about something that was just tried: shown for a while, read aloud, then gone. */
import { signal } from "@preact/signals";

const shownMs = 6_000;

/** What is shown now. */
export const notice = signal<string | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a word in place of the one before. */
export function tell(text: string): void {
  clearTimeout(timer);
  notice.value = text;
  timer = setTimeout(() => notice.value = null, shownMs);
}

/** Takes it away. */
export function hush(): void {
  clearTimeout(timer);
  notice.value = null;
}
