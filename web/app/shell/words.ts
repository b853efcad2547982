/** The words around all screens. */
import { wordsOf } from "../../ui/language.ts";

/** The words around all screens. */
export const words = wordsOf({
  en: {
    main: "Main",
    chats: "Chats",
    people: "People",
    support: "Support",
    settings: "Settings",
    waiting: (count: number) => count === 1 ? "1 request waits" : `${count} requests wait`,
    connecting: "Connecting…",
    offline: "No connection. You can go on: what you write is sent later.",
    pickOne: "Pick a conversation",
  },
  zh: {
    main: "主导航",
    chats: "聊天",
    people: "联系人",
    support: "客服",
    settings: "设置",
    waiting: (count: number) => `${count} 条请求待处理`,
    connecting: "连接中…",
    offline: "网络已断开。你可以继续使用，消息会稍后发送。",
    pickOne: "选择一个会话",
  },
});
