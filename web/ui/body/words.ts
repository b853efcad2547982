/** The words of what is said in a conversation. */
import { wordsOf } from "../language.ts";

/** The words of what is said in a conversation. */
export const words = wordsOf({
  en: {
    location: "Location",
    openMap: "Open map",
    unknown: "This message can't be shown here",
    merged: "Chat history",
    mergedCount: (count: number) => count === 1 ? "1 message" : `${count} messages`,
    kinds: {
      image: "Photo",
      video: "Video",
      audio: "Voice message",
      file: "File",
      location: "Location",
      card: "Card",
      merged: "Chat history",
      custom: "Message",
    } as Record<string, string>,
  },
  zh: {
    location: "位置",
    openMap: "打开地图",
    unknown: "此消息无法在这里显示",
    merged: "聊天记录",
    mergedCount: (count: number) => `${count} 条消息`,
    kinds: {
      image: "图片",
      video: "视频",
      audio: "语音消息",
      file: "文件",
      location: "位置",
      card: "卡片",
      merged: "聊天记录",
      custom: "消息",
    } as Record<string, string>,
  },
});
