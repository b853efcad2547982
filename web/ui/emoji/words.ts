/** The words of the emoji picker. */
import { wordsOf } from "../language.ts";

/** The words of the emoji picker. */
export const words = wordsOf({
  en: {
    emoji: "Emoji",
    search: "Search emoji",
    nothing: "No emoji found",
    recent: "Recent",
    groups: {
      faces: "Smileys",
      hands: "People",
      hearts: "Hearts",
      nature: "Nature",
      food: "Food",
      doing: "Activities",
      things: "Things",
      signs: "Signs",
    },
  },
  zh: {
    emoji: "表情",
    search: "搜索表情",
    nothing: "没有找到表情",
    recent: "最近使用",
    groups: {
      faces: "表情",
      hands: "人物",
      hearts: "爱心",
      nature: "自然",
      food: "食物",
      doing: "活动",
      things: "物品",
      signs: "符号",
    },
  },
});
