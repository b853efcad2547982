/** What a group of emoji is. */

/** A group, as lines: the emoji, then its words in English and Chinese. */
export interface EmojiGroup {
  readonly id: "faces" | "hands" | "hearts" | "nature" | "food" | "doing" | "things" | "signs";
  readonly lines: string;
}
