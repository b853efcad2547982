/** What the server refuses, as one says it to people. */
import { PatterError } from "../../../client/mod.ts";
import { wordsOf } from "../../ui/language.ts";

const words = wordsOf({
  en: {
    editWindowClosed: "It is too late to edit this message",
    recallWindowClosed: "It is too late to recall this message",
    messageRecalled: "This message has been recalled",
    notAllowed: "You may not do that here",
    notMember: "You are no longer in this conversation",
    notFriends: "You can only write to each other as friends",
    blocked: "You have blocked this person",
    muted: "You are muted here",
    conversationDismissed: "This group has been dismissed",
    tooLarge: "This is too large to send",
    rateLimited: "Too fast. Please wait a moment",
    overloaded: "The server is busy. Please try again soon",
    outboxFull: "Too many messages are waiting to be sent",
    notFound: "This is no longer there",
    gone: "This is no longer there",
    invalidInput: "The server did not accept this",
    unreachable: "No connection. Please try again",
    connectionLost: "No connection. Please try again",
    timeout: "The server took too long. Please try again",
    internal: "Something went wrong. Please try again",
  } as Record<string, string>,
  zh: {
    editWindowClosed: "已超过可编辑的时间",
    recallWindowClosed: "已超过可撤回的时间",
    messageRecalled: "这条消息已被撤回",
    notAllowed: "你没有权限这样做",
    notMember: "你已不在此会话中",
    notFriends: "成为好友后才能互发消息",
    blocked: "你已屏蔽对方",
    muted: "你已被禁言",
    conversationDismissed: "群组已解散",
    tooLarge: "内容过大，无法发送",
    rateLimited: "操作太快，请稍候",
    overloaded: "服务器繁忙，请稍后再试",
    outboxFull: "等待发送的消息太多",
    notFound: "内容已不存在",
    gone: "内容已不存在",
    invalidInput: "服务器未接受此内容",
    unreachable: "没有网络连接，请重试",
    connectionLost: "没有网络连接，请重试",
    timeout: "服务器响应超时，请重试",
    internal: "出错了，请重试",
  } as Record<string, string>,
});

/** Of a code. */
export function refusalWords(code: string): string {
  const all = words();
  return all[code] ?? all["internal"]!;
}

/** Of whatever something failed with. */
export function errorWords(error: unknown): string {
  return refusalWords(error instanceof PatterError ? error.code : "internal");
}
