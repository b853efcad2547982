/** What somebody wrote, with its links and the names it calls. Text stays text, whatever it looks like. */
import { useMemo } from "preact/hooks";
import { type Called, isOnlyEmoji, piecesOf } from "./pieces.ts";

const nobody: readonly Called[] = [];

/** A text. */
export function RichText({ text, called = nobody }: { text: string; called?: readonly Called[] }) {
  const pieces = useMemo(() => piecesOf(text, called), [text, called]);
  return (
    <span class={isOnlyEmoji(text) ? "text big-emoji" : "text"} dir="auto">
      {pieces.map((piece, place) => {
        switch (piece.kind) {
          case "link":
            return (
              <a
                key={place}
                href={piece.href}
                title={piece.href}
                target="_blank"
                rel="noopener noreferrer"
              >
                {piece.text}
              </a>
            );
          case "mention":
            return (
              <span key={place} class={piece.isMe ? "mention me" : "mention"}>{piece.text}</span>
            );
          default:
            return piece.text;
        }
      })}
    </span>
  );
}
