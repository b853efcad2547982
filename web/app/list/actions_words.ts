/** The words of what can be done with a conversation. */
import { wordsOf } from "../../ui/language.ts";

/** The words of what can be done with a conversation. */
export const actionWords = wordsOf({
  en: {
    menu: (title: string) => `What to do with ${title}`,
    pin: "Pin to top",
    unpin: "Unpin",
    markRead: "Mark as read",
    markUnread: "Mark as unread",
    notifyAll: "Notify of everything",
    notifyMentions: "Only of mentions",
    notifyNone: "Mute",
    hide: "Hide until the next message",
    clear: "Clear history",
    leave: "Leave group",
    cancel: "Cancel",
    clearText: "All messages so far go from your devices. Others keep theirs.",
    leaveText: "You get no more messages of this group. You can come back as it allows.",
    mustTransfer: "You own this group: hand it to somebody else first, or dissolve it.",
    needsConnection: "That needs a connection. Try again when you are back online.",
    refused: "That didn't work.",
  },
  zh: {
    menu: (title: string) => `${title}的操作`,
    pin: "置顶",
    unpin: "取消置顶",
    markRead: "标为已读",
    markUnread: "标为未读",
    notifyAll: "接收所有通知",
    notifyMentions: "仅在@我时通知",
    notifyNone: "消息免打扰",
    hide: "隐藏，有新消息时恢复",
    clear: "清空聊天记录",
    leave: "退出群聊",
    cancel: "取消",
    clearText: "你所有设备上的现有消息都会清空，其他人的不受影响。",
    leaveText: "你将不再收到此群的消息。之后能否重新加入取决于群设置。",
    mustTransfer: "你是群主：请先转让群主或解散群聊。",
    needsConnection: "此操作需要联网，请在恢复连接后重试。",
    refused: "操作失败。",
  },
});
