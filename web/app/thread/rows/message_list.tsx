/** The messages of a conversation: of however many there are, those near the eyes. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useOpen } from "../open_thread.ts";
import { useWindow } from "../window/use_window.ts";
import { words } from "../words.ts";
import { estimateOf } from "./estimate.ts";
import { Line } from "./line.tsx";
import { Reading } from "./reading.ts";
import type { Row } from "./rows.ts";
import { seqOf } from "./rows.ts";
import { ToNewest } from "./to_newest.tsx";

// A page is asked for before its edge is seen.
const nearPx = 1_600;
const pageSize = 100;

function useReading(list: ReturnType<typeof useWindow<Row>>["shown"]): Reading {
  const open = useOpen();
  const reading = useRef<Reading | null>(null);
  reading.current ??= new Reading(open, list);
  useEffect(() => reading.current!.begin(), []);
  return reading.current;
}

/** The messages. */
export function MessageList() {
  const open = useOpen();
  const rows = open.rows.value;
  const { thread } = open;
  const later = useRef<() => void>(() => {});
  const list = useWindow<Row>(rows, {
    estimate: estimateOf,
    isWhole: () => open.isWhole,
    onSeen: () => later.current(),
  });
  const { shown, span } = list;
  const reading = useReading(shown);
  later.current = () => {
    reading.seen();
    if (thread.isLoading) return;
    const { top, height, layout } = shown;
    const isNearEnd = layout.total - top - height < nearPx;
    const { hasBefore, hasBehind } = open.slice.peek();
    if (hasBefore && top < nearPx || hasBehind && isNearEnd) {
      const seq = seqNear(shown);
      if (seq !== null) return open.sliceAround(seq);
    }
    // What fails now is asked for again by the next move, or when there is a connection.
    if (thread.hasNewer && isNearEnd) thread.loadNewer(pageSize).catch(() => {});
    else if (thread.hasOlder && top < nearPx) thread.loadOlder(pageSize).catch(() => {});
  };
  useSignalEffect(() => {
    const jump = open.jump.value;
    if (jump === null) return;
    open.hasBegun = true;
    if (jump.seq === "newest") return shown.follow();
    if (jump.seq === "unread") return shown.goTo({ key: "unread", top: shown.height / 4 });
    const at = jump.seq;
    const row = open.rows.value.find((row) => (seqOf(row) ?? 0) >= at);
    if (row !== undefined) shown.goTo({ key: row.key, top: shown.height / 3 });
  });
  return (
    <div class="messages-frame">
      <div class="messages" ref={list.scroller} tabIndex={-1}>
        <ol
          aria-label={words().messages}
          tabIndex={0}
          style={{ paddingBlock: `${list.before}px ${list.after}px` }}
          onKeyDown={moveFocus}
        >
          {rows.slice(span.first, span.end).map((row) => <Line key={row.key} row={row} />)}
        </ol>
      </div>
      <ToNewest window={shown} />
    </div>
  );
}

// Of the first message that is seen.
function seqNear({ layout, top }: ReturnType<typeof useWindow<Row>>["shown"]): number | null {
  for (let place = layout.placeAt(top); place < layout.count; place++) {
    const seq = seqOf(layout.itemAt(place));
    if (seq !== null) return seq;
  }
  return null;
}

// The list is one stop of the tab key; arrow keys go from message to message in it.
function moveFocus(event: KeyboardEvent): void {
  const { key, target, currentTarget } = event;
  if ((key !== "ArrowUp" && key !== "ArrowDown") || !(target instanceof HTMLElement)) return;
  const list = currentTarget as HTMLElement;
  if (target !== list && !target.matches("li.message")) return;
  const all = [...list.querySelectorAll<HTMLElement>("li.message")];
  const step = key === "ArrowDown" ? 1 : -1;
  const next = target === list ? lastSeenOf(all) : all[all.indexOf(target) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function lastSeenOf(all: readonly HTMLElement[]): HTMLElement | undefined {
  const bottom = all[0]?.closest(".messages")?.getBoundingClientRect().bottom ?? 0;
  return all.findLast((element) => element.getBoundingClientRect().bottom <= bottom + 1);
}
