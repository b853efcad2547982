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
    offline: "You're offline. You can read, and what you write is sent later.",
    away: "The server can't be reached.",
    busy: "The server is busy.",
    restarting: "The server restarts.",
    again: (seconds: number) => `Trying again in ${seconds} s.`,
    refused: "The server doesn't let this page in.",
    reload: "Reload",
    newVersion: "There is a new version.",
    close: "Close",
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
    offline: "网络已断开。你仍可阅读，消息会稍后发送。",
    away: "无法连接服务器。",
    busy: "服务器繁忙。",
    restarting: "服务器正在重启。",
    again: (seconds: number) => `${seconds} 秒后重试。`,
    refused: "服务器拒绝了此页面的连接。",
    reload: "重新加载",
    newVersion: "有新版本可用。",
    close: "关闭",
    pickOne: "选择一个会话",
  },
});
