/** The words of the keys. */
import { wordsOf } from "../../ui/language.ts";

/** The words of the keys. */
export const words = wordsOf({
  en: {
    title: "Keyboard shortcuts",
    search: "Search",
    next: "Next conversation",
    previous: "Previous conversation",
    back: "Back to the list",
    move: "Move between conversations",
    menu: "Menu of a conversation",
    send: "Send a message",
    line: "New line in a message",
    help: "This help",
  },
  zh: {
    title: "键盘快捷键",
    search: "搜索",
    next: "下一个会话",
    previous: "上一个会话",
    back: "返回列表",
    move: "在会话之间移动",
    menu: "会话的菜单",
    send: "发送消息",
    line: "消息换行",
    help: "显示此帮助",
  },
});
