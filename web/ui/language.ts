/** The language of the page: which, and the words in it. */
import { computed, signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

/** The languages there are words for. */
export type Language = "en" | "zh";

const key = "patter.language";

function preferred(): Language {
  const chosen = kept(key);
  if (chosen === "en" || chosen === "zh") return chosen;
  for (const tag of navigator.languages) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

/** The language that is shown. */
export const language = signal<Language>(preferred());

/** For `Intl`: a tag with the region, where the browser tells one. */
export const locale = computed(() => {
  const tags = [...navigator.languages];
  return tags.find((tag) => tag.toLowerCase().startsWith(language.value)) ??
    (language.value === "zh" ? "zh-CN" : "en");
});

/** Shows another language, now and from now on. */
export function setLanguage(to: Language): void {
  keep(key, to);
  language.value = to;
}

/** Words in each language; called while rendering it gives those of the one that is shown. */
export function wordsOf<W>(words: Readonly<Record<Language, W>>): () => W {
  return () => words[language.value];
}
