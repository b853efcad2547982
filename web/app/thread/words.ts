/** The words of a conversation. */
import { wordsOf } from "../../ui/language.ts";

/** The words of a conversation. */
export const words = wordsOf({
  en: {
    back: "Back",
    details: "Details",
    write: "Message",
    send: "Send",
    sending: "Sending",
    messages: "Messages",
  },
  zh: {
    back: "返回",
    details: "详情",
    write: "输入消息",
    send: "发送",
    sending: "发送中",
    messages: "消息",
  },
});
