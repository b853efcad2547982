/** The text that is written: a draft that follows to other devices, or the words of an edit. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { textOf } from "../../../ui/body/kinds.ts";
import { insertion } from "../../state/composing.ts";
import { useOpen } from "../open_thread.ts";

// What is put in from around the composer.
function useInsertion(insert: (piece: string) => void): void {
  const latest = useRef(insert);
  latest.current = insert;
  useSignalEffect(() => {
    const piece = insertion.value;
    if (piece === null) return;
    insertion.value = null;
    latest.current(piece);
  });
}

/** The text, and how it is changed. */
export function useText() {
  const open = useOpen();
  const { desk: { drafts }, chat: { client } } = open;
  const [text, setText] = useState(() => drafts.of(open.id));
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const isEdit = open.editing.value !== null;

  const write = (next: string, at?: number) => {
    setText(next);
    caret.current = at ?? null;
    if (open.editing.peek() !== null) return;
    drafts.write(open.id, next);
    client.typing(open.id, next.trim() !== "");
  };

  // The caret goes behind what was put in, once that is there.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    area.current?.focus();
    area.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  useSignalEffect(() => {
    const editing = open.editing.value;
    setText(editing === null ? drafts.of(open.id) : textOf(editing));
    if (editing !== null) area.current?.focus();
  });
  useSignalEffect(() => {
    if (open.reply.value !== null) area.current?.focus();
  });

  // Another device goes on with the draft, or has sent it.
  const saved = open.chat.conversation(open.id)?.my.draft ?? "";
  const known = useRef(saved);
  useEffect(() => {
    if (saved === known.current) return;
    known.current = saved;
    if (!isEdit && !drafts.isOurs(open.id)) setText(saved);
  }, [saved]);

  useEffect(() => {
    const save = () => drafts.flush(open.id);
    document.addEventListener("visibilitychange", save);
    return () => {
      document.removeEventListener("visibilitychange", save);
      save();
    };
  }, []);

  /** Puts something in where the caret is. */
  const insert = (piece: string) => {
    const { selectionStart, selectionEnd } = area.current ?? {};
    const [from, to] = [selectionStart ?? text.length, selectionEnd ?? text.length];
    write(text.slice(0, from) + piece + text.slice(to), from + piece.length);
  };
  useInsertion(insert);
  return { text, write, insert, area, isEdit };
}
