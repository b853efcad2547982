/** The words that forms share. */
import { wordsOf } from "../../ui/language.ts";

/** The words that forms share. */
export const words = wordsOf({
  en: { cancel: "Cancel", save: "Save", saved: "Saved", back: "Back", more: "Show more" },
  zh: { cancel: "取消", save: "保存", saved: "已保存", back: "返回", more: "显示更多" },
});
