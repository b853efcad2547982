/** A text as it was written, its addresses as links. */
import { piecesOf } from "./texts.ts";

/** The text; it never becomes markup. */
export function Text({ text }: { text: string }) {
  return (
    <span class="text">
      {piecesOf(text).map(({ text, href }, index) =>
        href === undefined
          ? text
          : <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">{text}</a>
      )}
    </span>
  );
}
