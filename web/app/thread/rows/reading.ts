/** What has been read: what was seen on a page that is looked at. */
import type { OpenThread } from "../open_thread.ts";
import type { ScrollWindow } from "../window/use_window.ts";
import { type Row, seqOf } from "./rows.ts";

// The last line may be cut by a hair.
const slackPx = 12;

/** Watches one list. */
export class Reading {
  constructor(readonly open: OpenThread, readonly list: ScrollWindow<Row>) {}

  /** Begins to watch the page; ends with what it returns. */
  begin(): () => void {
    const look = () => this.seen();
    const stops = [
      this.open.chat.client.on("message", ({ conversationId, message }) => {
        if (conversationId === this.open.id) this.#arrived(message.seq, message.from);
      }),
    ];
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      for (const stop of stops) stop();
    };
  }

  get #isLookedAt(): boolean {
    return document.visibilityState === "visible" && document.hasFocus();
  }

  // While nobody looks, or looks at what was said before, the line is drawn before what comes.
  #arrived(seq: number, from: string | null): void {
    const { open } = this;
    const { me, client } = open.chat;
    if (from === me) {
      open.unreadAfter.value = null;
      return;
    }
    const readSeq = client.conversation(open.id)?.my.readSeq ?? 0;
    if (open.unreadAfter.peek() !== null && readSeq < seq - 1) return;
    if (!this.#isLookedAt || !this.list.place.isAtEnd) open.unreadAfter.value = readSeq;
  }

  /** The last message whose end has been seen. */
  #lastSeen(): number {
    const { layout, top, height } = this.list;
    const bottom = top + height + slackPx;
    for (let place = layout.placeAt(bottom); place >= 0; place--) {
      const seq = seqOf(layout.itemAt(place));
      // One that is higher than the page is read when its beginning is.
      const isEndSeen = layout.topOf(place + 1) <= bottom;
      const isFilling = layout.topOf(place) <= top + slackPx;
      if (seq !== null && (isEndSeen || isFilling)) return seq;
    }
    return 0;
  }

  /** Something is seen, or looked at again. */
  seen(): void {
    if (!this.#isLookedAt || !this.open.hasBegun) return;
    const { id, chat: { client } } = this.open;
    const view = client.conversation(id);
    const seq = this.#lastSeen();
    if (view !== undefined && view.my.leftAt === null && seq > view.my.readSeq) {
      client.read(id, seq);
    }
  }
}
