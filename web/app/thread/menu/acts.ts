/** What may be done with messages, and doing it. How long one may edit and recall only the server knows. */
import type { ConversationView, Message } from "../../../../client/mod.ts";
import { textOf } from "../../../ui/body/kinds.ts";
import type { OpenThread } from "../open_thread.ts";
import { words } from "../message/words.ts";

const editable = /^(text|image|video|audio|file)$/;

function leads({ my }: ConversationView): boolean {
  return my.role !== "member";
}

/** I take part still. */
function isInside({ state, my }: ConversationView): boolean {
  return my.leftAt === null && state.dismissedAt === null;
}

/** I may answer. */
export function mayReply(open: OpenThread, view: ConversationView): boolean {
  return open.closedFor(view) === null;
}

/** I may react, muted or not. */
export function mayReact(open: OpenThread, view: ConversationView): boolean {
  const reason = open.closedFor(view)?.reason;
  return reason === undefined || reason === "muted" || reason === "mutedAll";
}

/** I may pin: leaders of a group, either of two. */
export function mayPin(open: OpenThread, view: ConversationView): boolean {
  return mayReact(open, view) && (view.state.kind === "direct" || leads(view));
}

/** I may try to edit: what is mine and has words. */
export function mayEdit(open: OpenThread, view: ConversationView, message: Message): boolean {
  return mayReply(open, view) && message.from === open.chat.me && editable.test(message.kind);
}

/** I may try to recall: what is mine, or anything where I lead. */
export function mayRecall(open: OpenThread, view: ConversationView, message: Message): boolean {
  const isLeader = view.state.kind === "group" && leads(view);
  return isInside(view) && (message.from === open.chat.me || isLeader);
}

/** I may see what it said before. */
export function maySeeEdits(open: OpenThread, view: ConversationView, message: Message): boolean {
  const isLeader = view.state.kind === "group" && leads(view);
  return message.editedAt !== undefined && (message.from === open.chat.me || isLeader);
}

/** Begins an answer. */
export function replyTo(open: OpenThread, message: Message): void {
  open.editing.value = null;
  open.reply.value = message;
}

/** Begins an edit. */
export function beginEdit(open: OpenThread, message: Message): void {
  open.reply.value = null;
  open.editing.value = message;
}

/** Pins for all, or takes the pin away. */
export function setPin(open: OpenThread, { seq }: Message, isOn: boolean): void {
  const path = `/v1/conversations/${open.id}/messages/${seq}/pin`;
  void open.try(() => open.chat.client.ask(isOn ? "PUT" : "DELETE", path));
}

/** Puts the words of messages onto the clipboard. */
export async function copyText(open: OpenThread, messages: readonly Message[]): Promise<void> {
  const text = messages.map(textOf).filter((one) => one !== "").join("\n");
  try {
    await navigator.clipboard.writeText(text);
    open.say(words().copied);
  } catch {
    // Refused by the person, or by a page that is not served over TLS.
    open.say(words().notCopied);
  }
}

/** Takes a message back for all. */
export function recall(open: OpenThread, { seq }: Message): void {
  const asked = { conversationId: open.id, seq };
  void open.try(() => open.chat.client.request("message.recall", asked));
}

/** Deletes messages for me. */
export async function removeForMe(open: OpenThread, seqs: readonly number[]): Promise<void> {
  for (const seq of seqs) {
    const path = `/v1/conversations/${open.id}/messages/${seq}`;
    if (!await open.try(() => open.chat.client.ask("DELETE", path))) return;
  }
}
