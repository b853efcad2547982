/** Texts as people write them, as far as a search can tell: few words often, most seldom, some Chinese. */
import { seeded } from "../tests/support/random.ts";

const wordsMax = 50_000;
const hanMax = 3_000;
const hanShare = 0.1;
const syllables = "ba ce di fo gu ha ke li mo nu pa re si to va we zi an or el".split(" ");

/** The word of a rank; 1 is the most frequent. */
export function wordOf(rank: number): string {
  let word = "";
  for (let rest = rank + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length];
  }
  return word;
}

/** The Chinese character of a rank. */
export function hanOf(rank: number): string {
  return String.fromCodePoint(0x4e00 + rank);
}

/** A maker of texts, the same ones for the same seed. */
export function textsFrom(seed: number): () => string {
  const random = seeded(seed);
  // Zipf: a rank is as likely as it is small.
  const rank = (max: number) => Math.floor(max ** random());
  return () => {
    const length = 3 + Math.floor(random() * 10);
    return random() < hanShare
      ? Array.from({ length: 2 * length }, () => hanOf(rank(hanMax))).join("")
      : Array.from({ length }, () => wordOf(rank(wordsMax))).join(" ");
  };
}
