/** A face: the picture somebody chose, or the first letters of the name on a colour of its own. */
import { useState } from "preact/hooks";

// Dark enough for white letters (WCAG 2.2, 1.4.3), in light and dark alike.
const colours = [
  "#3a5bc7",
  "#a3407e",
  "#17766a",
  "#8a5a00",
  "#6a4fc0",
  "#b0442c",
  "#2f7a3b",
  "#4b6178",
];

function colourOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  return colours[sum % colours.length]!;
}

/** The first letter of the first two words; of Chinese, Japanese and Korean names the last two signs. */
export function initialsOf(name: string): string {
  const signs = [...name.trim()];
  if (/^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u.test(name)) {
    return signs.slice(-2).join("");
  }
  return name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("")
    .toUpperCase();
}

/** What a face is of. `id` gives the colour. */
export interface AvatarProps {
  readonly id: string;
  readonly name: string;
  readonly url?: string | null;
  readonly size?: number;
  /** Shows a dot: is online. The name beside it must say so too where that matters. */
  readonly isHere?: boolean;
}

/** A face. */
export function Avatar({ id, name, url = null, size = 44, isHere = false }: AvatarProps) {
  const [failedUrl, setFailed] = useState<string | null>(null);
  const shown = url !== null && url !== failedUrl ? url : null;
  return (
    <span
      class="avatar"
      aria-hidden="true"
      style={{
        width: `${size}px`,
        height: `${size}px`,
        fontSize: `${Math.round(size * 0.38)}px`,
        background: shown === null ? colourOf(id) : "none",
      }}
    >
      {shown === null
        ? initialsOf(name)
        : <img src={shown} alt="" loading="lazy" onError={() => setFailed(shown)} />}
      {isHere && <span class="here" />}
    </span>
  );
}
