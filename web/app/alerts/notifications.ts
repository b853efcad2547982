/** Notifications of the browser: one for each conversation, gone when it is read. */
import { signal } from "@preact/signals";
import { notificationSetting } from "../state/preferences.ts";
import { tell } from "../state/notice.ts";
import { words } from "./words.ts";

function permissionNow(): NotificationPermission | "none" {
  // They are shown by the worker, as phones let pages show none.
  const isPossible = "Notification" in globalThis && "serviceWorker" in navigator;
  return isPossible ? Notification.permission : "none";
}

const permission = signal(permissionNow());

/** Whether the browser may be asked for notifications, may show them, or never will: `none` has none at all. */
export const notificationPermission: { readonly value: NotificationPermission | "none" } =
  permission;

/** Turns them on; asks the browser first, so it must follow from a click. */
export async function askForNotifications(): Promise<void> {
  if (permission.value === "none") return;
  permission.value = await Notification.requestPermission();
  notificationSetting.value = permission.value === "granted" ? "on" : "off";
  if (permission.value === "denied") tell(words().denied);
}

/** What a notification says, and where it leads. */
export interface Told {
  readonly conversationId: string;
  readonly title: string;
  readonly text: string;
  readonly hash: string;
}

interface Options extends NotificationOptions {
  /** The types of the platform lack it. */
  readonly renotify: boolean;
}

/** The notifications that are shown. */
export class Notifications {
  readonly #shown = new Set<string>();

  constructor() {
    void this.#recall();
  }

  // They outlive the page that showed them.
  async #recall(): Promise<void> {
    const shown = await (await this.#registration())?.getNotifications();
    for (const { tag } of shown ?? []) this.#shown.add(tag);
  }

  async #registration(): Promise<ServiceWorkerRegistration | undefined> {
    return await navigator.serviceWorker?.getRegistration();
  }

  /** Shows one, in place of the conversation's last. */
  async show({ conversationId, title, text, hash }: Told): Promise<void> {
    if (notificationSetting.value !== "on" || permissionNow() !== "granted") return;
    const registration = await this.#registration();
    if (!registration?.active) return;
    const options: Options = {
      body: text,
      tag: conversationId,
      data: { hash },
      icon: "/icon-192.png",
      silent: true,
      renotify: true,
    };
    this.#shown.add(conversationId);
    await registration.showNotification(title, options);
  }

  /** Takes a conversation's away. */
  async close(conversationId: string): Promise<void> {
    if (!this.#shown.delete(conversationId)) return;
    const shown = await (await this.#registration())?.getNotifications({ tag: conversationId });
    for (const notification of shown ?? []) notification.close();
  }

  /** Takes all away. */
  closeAll(): void {
    for (const id of [...this.#shown]) void this.close(id);
  }
}
