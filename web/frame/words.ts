/** What the frame says. */
import type { FailureCode } from "../../client/mod.ts";
import { wordsOf } from "../ui/language.ts";

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** The words. */
export const words = wordsOf({
  en: {
    chat: "Chat",
    away: "Away right now",
    usual: "Ask us anything",
    greeting: "Hello! How can we help?",
    offline: "Nobody is here right now. Write to us, and we will answer as soon as we are back.",
    hours: (place: string | null) => place === null ? "Our hours" : `Our hours (${place} time)`,
    ended: "Your last chat has ended. Write to begin a new one.",
    over: "This chat has ended.",
    name: "Your name (optional)",
    write: "Write a message",
    send: "Send",
    attach: "Attach a file",
    emoji: "Emoji",
    close: "Close",
    mute: "Turn sound off",
    unmute: "Turn sound on",
    dismiss: "Put away",
    messages: "Messages",
    earlier: "Loading earlier messages…",
    newest: "Go to the newest message",
    connecting: "Connecting…",
    noNetwork: "No network. What you write is sent once it is back.",
    sending: "Sending…",
    failed: "Not sent",
    retry: "Try again",
    discard: "Delete",
    sent: "Sent",
    seen: "Seen",
    edited: "edited",
    recalled: "Message taken back",
    typing: (names: string) => names === "" ? "Typing…" : `${names} is typing…`,
    joined: (name: string) => `${name} has joined`,
    left: (name: string) => `${name} has left`,
    unread: (count: number) => plural(count, "new message", "new messages"),
    cancel: (name: string) => `Cancel ${name}`,
    tooLarge: "Too large",
    uploadFailed: "Could not be sent",
    agent: "Support",
    fault: {
      rateLimited: "That was too fast. Wait a moment and try again.",
      accountLocked: "You can’t write here any more.",
      unreachable: "No connection. Try again.",
      other: "That did not work. Try again.",
    },
  },
  zh: {
    chat: "聊天",
    away: "暂时不在",
    usual: "有问题随时问我们",
    greeting: "您好！有什么可以帮您？",
    offline: "现在没有人在线。请留言，我们回来后会尽快回复。",
    hours: (place: string | null) => place === null ? "服务时间" : `服务时间（${place}）`,
    ended: "上一次聊天已结束。发送消息即可开始新的聊天。",
    over: "此聊天已结束。",
    name: "您的称呼（选填）",
    write: "输入消息",
    send: "发送",
    attach: "添加文件",
    emoji: "表情",
    close: "关闭",
    mute: "关闭提示音",
    unmute: "打开提示音",
    dismiss: "收起",
    messages: "消息",
    earlier: "正在加载更早的消息…",
    newest: "查看最新消息",
    connecting: "正在连接…",
    noNetwork: "没有网络。恢复后会自动发送您的消息。",
    sending: "正在发送…",
    failed: "未发送",
    retry: "重试",
    discard: "删除",
    sent: "已发送",
    seen: "已读",
    edited: "已编辑",
    recalled: "消息已撤回",
    typing: (names: string) => `${names}正在输入…`,
    joined: (name: string) => `${name} 加入了聊天`,
    left: (name: string) => `${name} 离开了聊天`,
    unread: (count: number) => `${count} 条新消息`,
    cancel: (name: string) => `取消 ${name}`,
    tooLarge: "文件过大",
    uploadFailed: "发送失败",
    agent: "客服",
    fault: {
      rateLimited: "操作太快了，请稍后再试。",
      accountLocked: "您已无法在此发言。",
      unreachable: "没有连接，请重试。",
      other: "操作失败，请重试。",
    },
  },
});

/** Why something failed, for people. */
export function faultOf(code: string): string {
  const { fault } = words();
  const known = code as FailureCode | "unreachable" | "timeout";
  if (known === "rateLimited" || known === "accountLocked") return fault[known];
  return known === "unreachable" || known === "timeout" ? fault.unreachable : fault.other;
}
