/** The words of notifications. */
import { wordsOf } from "../../ui/language.ts";

/** The words of notifications. */
export const words = wordsOf({
  en: {
    ask: "Be told of new messages?",
    turnOn: "Turn on",
    notNow: "Not now",
    denied:
      "The browser has notifications of this page turned off. You can allow them in its settings.",
    newIn: (title: string, text: string) => `New message, ${title}: ${text}`,
  },
  zh: {
    ask: "接收新消息通知？",
    turnOn: "开启",
    notNow: "暂不",
    denied: "浏览器已禁止此页面的通知，可在浏览器设置中允许。",
    newIn: (title: string, text: string) => `${title}的新消息：${text}`,
  },
});
