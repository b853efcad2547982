/** Keys that work everywhere: search, the next conversation, back, help. */
import { signal } from "@preact/signals";
import { query, searchFieldId } from "../list/search.ts";
import type { Chat } from "../state/chat.ts";
import { go, openAt, route } from "../state/route.ts";

/** Whether the help is shown. */
export const isHelpShown = signal(false);

// Something that is open over the page has its own Escape.
function isSomethingOver(): boolean {
  return document.querySelector("dialog[open], :popover-open") !== null;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function search(): void {
  const at = route.peek();
  const field = document.getElementById(searchFieldId) as HTMLInputElement | null;
  // On a narrow screen the list is not there beside a conversation.
  if (field?.checkVisibility() === false && at.place === "chats") go({ place: "chats" });
  requestAnimationFrame(() => {
    field?.focus();
    field?.select();
  });
}

function step(chat: Chat, by: 1 | -1): void {
  const at = route.peek();
  if (at.place === "support") return;
  const ids = chat.conversations.peek().map(({ id }) => id);
  const index = at.place === "chats" ? ids.indexOf(at.conversationId ?? "") : -1;
  const id = index < 0 ? ids[0] : ids[index + by];
  if (id !== undefined) go({ place: "chats", conversationId: id });
}

function back(): boolean {
  const at = route.peek();
  if (query.peek() !== "") {
    query.value = "";
    return true;
  }
  const conversationId = openAt(at);
  if (conversationId === undefined) return false;
  go({ place: at.place === "support" ? "support" : "chats" });
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.row[data-id="${conversationId}"]`)?.focus()
  );
  return true;
}

function press(chat: Chat, event: KeyboardEvent): boolean {
  const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
  const isCommand = (ctrlKey || metaKey) && !altKey && !shiftKey;
  if (isCommand && key.toLowerCase() === "k") return search(), true;
  if (ctrlKey || metaKey) return false;
  if (altKey && key === "ArrowDown") return step(chat, 1), true;
  if (altKey && key === "ArrowUp") return step(chat, -1), true;
  if (altKey) return false;
  if (key === "Escape") return back();
  if (key === "?" && !isWriting(target)) return isHelpShown.value = true;
  return false;
}

/** Listens until what it returns is called. */
export function listenForShortcuts(chat: Chat): () => void {
  const hear = (event: KeyboardEvent) => {
    // Who handled it says so; an input method has its own Escape.
    if (event.defaultPrevented || event.isComposing || isSomethingOver()) return;
    if (press(chat, event)) event.preventDefault();
  };
  addEventListener("keydown", hear);
  return () => {
    removeEventListener("keydown", hear);
    // Whoever signs in next has not asked for any of it.
    isHelpShown.value = false;
    query.value = "";
  };
}
