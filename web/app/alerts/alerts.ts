/** What tells of messages that are not looked at: notifications, a sound, the number in the title. */
import { effect, signal } from "@preact/signals";
import type { ClientEvents } from "../../../client/mod.ts";
import { excerptBy, excerptOf } from "../list/excerpt.ts";
import type { Chat } from "../state/chat.ts";
import { titleOf } from "../state/names.ts";
import { soundSetting } from "../state/preferences.ts";
import { go, hashOf, openAt, route, routeOf } from "../state/route.ts";
import { routeTo } from "../state/served.ts";
import { aloneOfTabs, isLookedAt, lookAt } from "./attention.ts";
import { Notifications, type Told } from "./notifications.ts";
import { isWorthTelling, titleWith, waitingIn } from "./rules.ts";
import { playSound } from "./sound.ts";
import { words } from "./words.ts";

type Arrived = ClientEvents["message"];

/** What came in another conversation while this page is looked at, for those who hear it. */
export const announced = signal("");

// After a night's sleep there would be one for each conversation.
const atOnceMax = 5;
const atOnceMs = 10_000;

function toldOf(chat: Chat, { conversationId, message }: Arrived): Told | null {
  const view = chat.client.conversation(conversationId);
  if (view === undefined || !isWorthTelling(message, view.my.notify, chat.me)) return null;
  const nameOf = (id: string) => chat.users.nameOf(id);
  const sender = view.state.kind === "direct" ? "" : nameOf(message.from!);
  return {
    conversationId,
    title: titleOf(view),
    text: excerptBy(sender, excerptOf(message, nameOf)),
    hash: hashOf(routeTo(view)),
  };
}

// In the one tab whose turn it is.
function notify(chat: Chat): () => void {
  const notifications = new Notifications();
  const recent: number[] = [];
  const isUnread = (id: string) => (chat.client.conversation(id)?.unread ?? 0) > 0;
  const arrived = async (event: Arrived) => {
    const told = toldOf(chat, event);
    if (told === null || await isLookedAt(told.conversationId)) return;
    // On another device it may have been read before it came here.
    if (!isUnread(told.conversationId)) return;
    const now = Date.now();
    while (recent.length > 0 && recent[0]! < now - atOnceMs) recent.shift();
    if (recent.length >= atOnceMax) return;
    recent.push(now);
    if (soundSetting.value === "on") void playSound();
    await notifications.show(told);
  };
  const stops = [
    chat.client.on("message", (event) => void arrived(event)),
    chat.client.on("changed", ({ conversationId }) => {
      if (!isUnread(conversationId)) void notifications.close(conversationId);
    }),
    () => notifications.closeAll(),
  ];
  return () => stops.forEach((stop) => stop());
}

function isOpenHere(id: string): boolean {
  return openAt(route.peek()) === id;
}

function announce(chat: Chat): () => void {
  return chat.client.on("message", (event) => {
    if (document.visibilityState !== "visible" || isOpenHere(event.conversationId)) return;
    const told = toldOf(chat, event);
    if (told !== null) announced.value = words().newIn(told.title, told.text);
  });
}

// While it is seen, nobody needs to be told of what comes there.
function holdAttention(): () => void {
  const isVisible = signal(document.visibilityState === "visible");
  const look = () => isVisible.value = document.visibilityState === "visible";
  document.addEventListener("visibilitychange", look);
  const stop = effect(() => {
    const id = openAt(route.value);
    return id !== undefined && isVisible.value ? lookAt(id) : undefined;
  });
  return () => {
    stop();
    document.removeEventListener("visibilitychange", look);
  };
}

function showWaiting(chat: Chat): () => void {
  const ignored = () => {
    // Only what is installed has a badge.
  };
  const show = (waiting: number) => {
    document.title = titleWith(waiting);
    if (waiting > 0) navigator.setAppBadge?.(waiting).catch(ignored);
    else navigator.clearAppBadge?.().catch(ignored);
  };
  const stop = effect(() =>
    show(waitingIn(chat.conversations.value) + waitingIn(chat.served.value))
  );
  return () => {
    stop();
    show(0);
  };
}

// A click on a notification: the worker has brought this page to the front.
function followClicks(): () => void {
  const hear = ({ data }: MessageEvent) => {
    const { kind, hash } = data as { kind?: string; hash?: string };
    if (kind === "open" && hash !== undefined) go(routeOf(hash));
  };
  navigator.serviceWorker?.addEventListener("message", hear);
  return () => navigator.serviceWorker?.removeEventListener("message", hear);
}

/** Tells until what it returns is called. */
export function startAlerts(chat: Chat): () => void {
  const stops = [
    aloneOfTabs(`alerts ${chat.sessionId}`, () => notify(chat)),
    announce(chat),
    holdAttention(),
    showWaiting(chat),
    followClicks(),
  ];
  return () => stops.forEach((stop) => stop());
}
