/** Searching: conversations by name at once, messages at the server a moment later. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ConversationView, type Message, PatterError } from "../../../client/mod.ts";
import type { Chat } from "../state/chat.ts";
import { titleOf } from "../state/names.ts";

/** What is looked for; empty: nothing is. */
export const query = signal("");

/** Where what is looked for is written. */
export const searchFieldId = "search";

// One who types is not asked for between the keys.
const restMs = 250;
const lengthMax = 200;
const namesMax = 50;
const pageSize = 30;

/** A message that was found; the ranges are in code points. */
export interface Hit {
  readonly conversationId: string;
  readonly message: Message;
  readonly ranges: readonly (readonly [number, number])[];
}

interface Page {
  readonly items: readonly Hit[];
  readonly nextCursor: string | null;
}

/** How a search for messages stands. */
export interface Found {
  readonly state: "searching" | "done" | "failed";
  readonly hits: readonly Hit[];
  readonly cursor: string | null;
}

const begun: Found = { state: "searching", hits: [], cursor: null };

function plain(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Those whose name contains what is looked for: first the ones that begin with it. */
export function namesFound(
  views: readonly ConversationView[],
  wanted: string,
): ConversationView[] {
  const sought = plain(wanted.trim());
  const place = (view: ConversationView) => plain(titleOf(view)).indexOf(sought);
  return views.map((view) => ({ view, at: place(view) }))
    .filter(({ view, at }) => at >= 0 && view.my.leftAt === null)
    .sort((a, b) => Math.sign(a.at) - Math.sign(b.at))
    .slice(0, namesMax)
    .map(({ view }) => view);
}

/** The messages that are found, and `more` for the page behind. */
export function useMessageSearch(chat: Chat, wanted: string) {
  const q = wanted.trim().slice(0, lengthMax);
  const [found, setFound] = useState<Found>(begun);
  const turn = useRef(0);
  const read = async (before: readonly Hit[], cursor: string | null) => {
    const mine = ++turn.current;
    const asked = new URLSearchParams({ q, limit: String(pageSize), ...(cursor && { cursor }) });
    const next: Found = await chat.client.ask<Page>("GET", `/v1/messages/search?${asked}`)
      .then(({ items, nextCursor }) => ({
        state: "done" as const,
        hits: [...before, ...items],
        cursor: nextCursor,
      }), (error: unknown) => {
        if (!(error instanceof PatterError)) throw error;
        return { state: "failed" as const, hits: before, cursor };
      });
    // What was looked for meanwhile is what counts.
    if (mine === turn.current) setFound(next);
  };
  useEffect(() => {
    setFound(begun);
    const timer = setTimeout(() => void read([], null), restMs);
    return () => {
      turn.current++;
      clearTimeout(timer);
    };
  }, [q]);
  const more = () => {
    setFound({ ...found, state: "searching" });
    void read(found.hits, found.cursor);
  };
  return { found, more };
}
