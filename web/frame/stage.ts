/** How the frame is shown, and what the page hears of it: unread, previews, who is known. */
import { computed, effect, signal } from "@preact/signals";
import type { InboxFace, Message } from "../../client/mod.ts";
import type { Shown, ToFrame, ToPage } from "../loader/messages.ts";
import { keep, kept } from "../ui/kept.ts";
import { Keeping } from "./keeping.ts";
import { takeLook } from "./look.ts";
import { ask, Visit } from "./visit.ts";

const mutedKey = "patter widget muted";
const faceRetryMs = 5_000;

/** What the site's page has said, and what follows. */
export class Stage {
  readonly shown = signal<Shown>("hidden");
  /** What anyone may know of the inbox; null until it has been asked. */
  readonly face = signal<InboxFace | null>(null);
  readonly isMuted = signal(kept(mutedKey) !== null);
  readonly keeping: Keeping;
  readonly visit: Visit;
  /** Open, and somebody looks at it. */
  readonly isSeen = computed(() => this.#isVisible.value && /open|full/.test(this.shown.value));
  readonly unread = computed(() => this.visit.chat.value?.view?.unread ?? 0);
  /** What is told beside the launcher: the last that was written, until it is read or put away. */
  readonly preview = computed(() => this.#previewed());
  /** Where the keyboard goes now; counted up, as it may go there twice. */
  readonly focus = signal<{ readonly at: "start" | "first" | "last"; readonly times: number }>(
    { at: "start", times: 0 },
  );
  readonly #isVisible = signal(document.visibilityState === "visible");
  readonly #dismissed;
  #isAsking = false;

  constructor(readonly inbox: string, readonly post: (message: ToPage) => void) {
    this.keeping = new Keeping(inbox);
    this.#dismissed = signal(Number(this.keeping.get("dismissed")));
    this.visit = new Visit({ inbox, keeping: this.keeping, message: () => this.#arrived() });
    document.addEventListener("visibilitychange", () => {
      this.#isVisible.value = document.visibilityState === "visible";
    });
    let told = 0;
    effect(() => {
      const count = this.unread.value;
      if (count !== told) post({ kind: "unread", count });
      told = count;
    });
    effect(() => post({ kind: "preview", isWanted: this.preview.value !== null }));
    effect(() => {
      void this.visit.chat.value;
      post({ kind: "known", isKnown: this.keeping.visitor !== null });
    });
  }

  #previewed(): Message | null {
    const view = this.visit.chat.value?.view;
    if (!view || view.unread === 0 || view.lastMessage === null) return null;
    return view.lastMessage.seq > this.#dismissed.value ? view.lastMessage : null;
  }

  #arrived(): void {
    if (this.isSeen.value || this.isMuted.value) return;
    import("./sound.ts").then(({ chime }) => chime(), () => {});
  }

  /** Puts the preview away, until something else is written. */
  dismiss(): void {
    const { value } = this.preview;
    if (value === null) return;
    this.keeping.set("dismissed", `${value.seq}`);
    this.#dismissed.value = value.seq;
  }

  /** Turns the sound off or on. */
  mute(isMuted: boolean): void {
    keep(mutedKey, isMuted ? "1" : null);
    this.isMuted.value = isMuted;
  }

  /** Takes what the page says. */
  hear(message: ToFrame): void {
    switch (message.kind) {
      case "look":
        return takeLook(message);
      case "page":
        return this.visit.moveTo(message.url);
      case "shown":
        return this.#show(message.as, message.takesFocus);
      case "focus":
        return this.#focus(message.at);
      case "identify":
        return void this.#identify(message.id, message.token);
      case "shutdown":
        return void this.visit.shutdown().finally(() => this.post({ kind: "gone" }));
    }
  }

  #focus(at: "start" | "first" | "last"): void {
    this.focus.value = { at, times: this.focus.peek().times + 1 };
  }

  #show(as: Shown, takesFocus: boolean): void {
    this.shown.value = as;
    if (as === "hidden" || as === "preview") return;
    void this.#meet();
    if (takesFocus) this.#focus("start");
  }

  // Asked for when it is first opened: until then nobody sees it.
  async #meet(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const path = `/v1/widget/inbox?key=${encodeURIComponent(this.inbox)}`;
    try {
      this.face.value = await ask<InboxFace>({ method: "GET", path });
    } catch {
      this.#isAsking = false;
      setTimeout(() => void this.#meet(), faceRetryMs);
    }
  }

  async #identify(id: number, token: string): Promise<void> {
    const code = await this.visit.identify(token).then(() => null, ({ code }) => `${code}`);
    this.post({ kind: "identified", id, code });
  }
}
