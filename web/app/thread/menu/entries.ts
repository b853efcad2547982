/** The entries of a message's menu: those that make sense, for who opens it. */
import type { ConversationView, Message } from "../../../../client/mod.ts";
import { textOf } from "../../../ui/body/kinds.ts";
import { words } from "../message/words.ts";
import type { OpenThread } from "../open_thread.ts";
import {
  beginEdit,
  copyText,
  mayEdit,
  mayPin,
  mayRecall,
  mayReply,
  maySeeEdits,
  replyTo,
  setPin,
} from "./acts.ts";

/** An entry. */
export interface Entry {
  readonly label: string;
  readonly shape: string;
  readonly run: () => void;
  readonly isDangerous?: boolean;
}

const shapes = {
  reply: "M10 6l-5 5 5 5M5 11h8a6 6 0 016 6v1",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  copy: "M9 9h10v11H9zM5 15V4h10",
  forward: "M14 6l5 5-5 5M19 11h-8a6 6 0 00-6 6v1",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  select: "M5 13l4 4L19 7",
  eye: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 15a3 3 0 100-6 3 3 0 000 6z",
  smile: "M12 21a9 9 0 100-18 9 9 0 000 18zM8.500 14.500c1.800 2.300 5.200 2.300 7 0",
  history: "M4 12a8 8 0 108-8 8 8 0 00-6 3M4 4v4h4M12 8v4l3 2",
  recall: "M4 9h10a5 5 0 010 10H9M4 9l4-4M4 9l4 4",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
};

/** The entries for a message, in their order. */
export function entriesFor(
  open: OpenThread,
  view: ConversationView,
  message: Message,
): Entry[] {
  const t = words();
  const { seq, from, pinnedAt } = message;
  const { overlay, selected } = open;
  const isMine = from === open.chat.me;
  const isPinned = pinnedAt !== undefined;
  const show = (kind: "readers" | "reactions" | "edits") => () => {
    overlay.value = { kind, message };
  };
  const ask = (act: "recall" | "remove") => () => {
    overlay.value = { kind: "ask", act, seqs: [seq] };
  };
  const entries: (Entry | false)[] = [
    mayReply(open, view) &&
    { label: t.reply, shape: shapes.reply, run: () => replyTo(open, message) },
    mayEdit(open, view, message) &&
    { label: t.edit, shape: shapes.edit, run: () => beginEdit(open, message) },
    textOf(message) !== "" &&
    { label: t.copy, shape: shapes.copy, run: () => void copyText(open, [message]) },
    {
      label: t.forward,
      shape: shapes.forward,
      run: () => {
        overlay.value = { kind: "forward", seqs: [seq] };
      },
    },
    mayPin(open, view) && {
      label: isPinned ? t.unpin : t.pin,
      shape: shapes.pin,
      run: () => setPin(open, message, !isPinned),
    },
    {
      label: t.choose,
      shape: shapes.select,
      run: () => {
        selected.value = new Set([seq]);
      },
    },
    isMine && view.state.kind !== "direct" &&
    { label: t.readers, shape: shapes.eye, run: show("readers") },
    message.reactions !== undefined &&
    { label: t.reactions, shape: shapes.smile, run: show("reactions") },
    maySeeEdits(open, view, message) &&
    { label: t.edits, shape: shapes.history, run: show("edits") },
    mayRecall(open, view, message) &&
    { label: t.recall, shape: shapes.recall, run: ask("recall"), isDangerous: true },
    { label: t.remove, shape: shapes.bin, run: ask("remove"), isDangerous: true },
  ];
  return entries.filter((entry) => entry !== false);
}
