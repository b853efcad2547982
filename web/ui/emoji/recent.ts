/** The emoji that were used last on this device. */
import { keep, kept } from "../kept.ts";

const key = "patter.emoji";
const keptMax = 24;
const usual = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

function stored(): string[] {
  const text = kept(key) ?? "";
  return text === "" ? [] : text.split(" ").slice(0, keptMax);
}

/** Puts one in front. */
export function noteEmoji(emoji: string): void {
  const others = stored().filter((one) => one !== emoji);
  keep(key, [emoji, ...others].slice(0, keptMax).join(" "));
}

/** Those used last, the latest first. */
export function recentEmoji(): string[] {
  return stored();
}

/** The few that are offered at once: always the same ones, so that hands find them. */
export function quickEmoji(): readonly string[] {
  return usual;
}
