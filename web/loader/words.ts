/** The few words that stand in the site's page; all others are in the frame. */
const english = {
  chat: "Chat",
  open: (unread: number) => unread > 0 ? `Open chat, ${unread} unread` : "Open chat",
  close: "Close chat",
  unreachable: "The chat can’t be reached right now.",
};

const chinese: typeof english = {
  chat: "聊天",
  open: (unread) => unread > 0 ? `打开聊天，${unread} 条未读` : "打开聊天",
  close: "关闭聊天",
  unreachable: "暂时无法连接聊天。",
};

/** The words for a tag of a language. */
export function wordsFor(locale: string): typeof english {
  return /^zh\b/i.test(locale) ? chinese : english;
}
