/** What reaches into the place where one writes from around it. */
import { signal } from "@preact/signals";

/** A text to put in where the caret is, until the open composer has taken it. */
export const insertion = signal<string | null>(null);

/** Puts a text into what is being written. */
export function insertText(text: string): void {
  insertion.value = text;
}
