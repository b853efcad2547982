/** The emoji that are offered, and how they are found. */
import type { EmojiGroup } from "./groups.ts";
import { peopleGroups } from "./list_people.ts";
import { worldGroups } from "./list_world.ts";

/** An emoji and the words that find it. */
export interface Emoji {
  readonly emoji: string;
  readonly words: string;
}

/** All groups. */
export const emojiGroups: readonly EmojiGroup[] = [...peopleGroups, ...worldGroups];

function emojiOf(line: string): Emoji {
  const space = line.indexOf(" ");
  return { emoji: line.slice(0, space), words: line.slice(space + 1) };
}

/** The emoji of a group. */
export function emojiIn({ lines }: EmojiGroup): Emoji[] {
  return lines.split("\n").map(emojiOf);
}

/** All whose words begin with what is asked for; Chinese ones also in the middle. */
export function findEmoji(query: string): Emoji[] {
  const asked = query.trim().toLowerCase();
  const isLatin = /^[a-z ]+$/.test(asked);
  return emojiGroups.flatMap(emojiIn).filter(({ emoji, words }) =>
    emoji === asked || (isLatin ? ` ${words}`.includes(` ${asked}`) : words.includes(asked))
  );
}
