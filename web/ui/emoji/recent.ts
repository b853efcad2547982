/** The emoji that were used last on this device. */
const key = "patter.emoji";
const kept = 24;
const usual = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

function stored(): string[] {
  const text = localStorage.getItem(key) ?? "";
  return text === "" ? [] : text.split(" ").slice(0, kept);
}

/** Puts one in front. */
export function noteEmoji(emoji: string): void {
  const others = stored().filter((one) => one !== emoji);
  localStorage.setItem(key, [emoji, ...others].slice(0, kept).join(" "));
}

/** Those used last, the latest first. */
export function recentEmoji(): string[] {
  return stored();
}

/** The few that are offered at once: always the same ones, so that hands find them. */
export function quickEmoji(): readonly string[] {
  return usual;
}
