/** The words of the conversation list. */
import { wordsOf } from "../../ui/language.ts";

/** The words of the conversation list. */
export const words = wordsOf({
  en: {
    empty: "No conversations yet. Find somebody under People.",
    unread: (count: number) => count === 1 ? "1 unread message" : `${count} unread messages`,
    you: "You",
    kinds: {
      image: "Photo",
      video: "Video",
      audio: "Voice message",
      file: "File",
      location: "Location",
      card: "Card",
      merged: "Chat history",
      custom: "Message",
      system: "",
    } as Record<string, string>,
    recalled: "Message recalled",
  },
  zh: {
    empty: "还没有会话。去“联系人”里找人聊天吧。",
    unread: (count: number) => `${count} 条未读消息`,
    you: "我",
    kinds: {
      image: "[图片]",
      video: "[视频]",
      audio: "[语音]",
      file: "[文件]",
      location: "[位置]",
      card: "[卡片]",
      merged: "[聊天记录]",
      custom: "[消息]",
      system: "",
    } as Record<string, string>,
    recalled: "消息已撤回",
  },
});
