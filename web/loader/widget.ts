/** One widget of a site's page: when its frame is loaded, how it is shown, and what they tell each other. */
import { known, Marks, opened } from "./memory.ts";
import { greeting, type Shown, type ToFrame, type ToPage } from "./messages.ts";
import type { Settings } from "./settings.ts";
import { smallScreen } from "./sheet.ts";
import { View } from "./view.ts";

const patienceMs = 15_000;

/** Whom the site has named last, until the frame has taken it. */
interface Naming {
  readonly id: number;
  readonly token: string;
  /** With why it failed, or nothing. */
  readonly end: (code?: string | null) => void;
}

/** Where the one name is that the widget takes in a page. */
export const page = globalThis as { patter?: Widget };

/**
 * A widget, from when its script runs until `shutdown`. The site's own scripts have this very object:
 * what is public is theirs, and may be taken off it (`button.onclick = patter.open`).
 */
export class Widget {
  readonly #settings: Settings;
  readonly #view: View;
  readonly #marks: Marks;
  readonly #listeners = new Set<(count: number) => void>();
  readonly #stopping = new AbortController();
  #port: MessagePort | null = null;
  #naming: Naming | null = null;
  #namings = 0;
  #shown: Shown = "hidden";
  #isOpen = false;
  #isReady = false;
  #wantsPreview = false;
  #before: Element | null = null;
  #end: Promise<void> | null = null;
  #ended: () => void = () => {};

  constructor(settings: Settings, name: string) {
    this.#settings = settings;
    this.#marks = new Marks(name);
    this.#view = new View(settings, name, {
      toggle: () => this.#isOpen ? this.close() : this.open(),
      close: this.close,
      turn: (at) => {
        this.#view.frame?.focus();
        this.#post({ kind: "focus", at });
      },
    });
    this.#listen();
    Object.freeze(this);
    // Open on the page before: as it was, and the keyboard stays where it is.
    if (this.#marks.has(opened)) this.#open(false);
    else if (this.#marks.has(known)) this.#loadLater();
  }

  #listen(): void {
    const { signal } = this.#stopping;
    const { navigation, visualViewport } = globalThis as {
      navigation?: EventTarget;
      visualViewport?: EventTarget | null;
    };
    // It tells of `history.pushState` too, which has no event where there is none of it.
    const changes = navigation ? "currententrychange" : "popstate";
    (navigation ?? globalThis).addEventListener(changes, () => this.#tellPage(), { signal });
    for (const name of ["resize", "scroll"]) {
      visualViewport?.addEventListener(name, () => this.#show(), { signal });
    }
  }

  /** Shows the chat. */
  readonly open = (): void => {
    if (!this.#isOpen) this.#open(true);
  };

  #open(takesFocus: boolean): void {
    if (this.#end) return;
    this.#before = document.activeElement;
    this.#become(true);
    this.#load();
    this.#tellPage();
    this.#show(takesFocus);
  }

  /** Hides it. */
  readonly close = (): void => {
    if (!this.#isOpen) return;
    const { hasFocus } = this.#view;
    this.#become(false);
    this.#show();
    if (hasFocus) this.#view.returnFocus(this.#before);
  };

  #become(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#marks.set(opened, isOpen);
  }

  /** Names the visitor by a token that the site has signed; fails with a code when it is not good. */
  readonly identify = (token: string): Promise<void> => {
    this.#naming?.end("superseded");
    const named = new Promise<void>((resolve, reject) => {
      const end = (code?: string | null) => code ? reject(new Error(code)) : resolve();
      this.#naming = { id: ++this.#namings, token: `${token}`, end };
    });
    // A site that does not care has not asked for an exception.
    named.catch(() => {});
    if (this.#end) this.#naming!.end("shutdown");
    else if (this.#port) this.#tellNaming();
    else this.#loadLater();
    return named;
  };

  #tellNaming(): void {
    if (this.#naming === null) return;
    const { id, token } = this.#naming;
    this.#post({ kind: "identify", id, token });
  }

  /** Calls `run` with the number of unread messages whenever it is another; gives how to stop. */
  readonly on = (name: "unread", run: (count: number) => void): () => void => {
    if (name === "unread") this.#listeners.add(run);
    return () => void this.#listeners.delete(run);
  };

  /** Forgets the visitor and takes the widget out of the page. */
  readonly shutdown = (): Promise<void> => this.#end ??= this.#leave();

  async #leave(): Promise<void> {
    if (page.patter === this) delete page.patter;
    // After this turn: `#end` says so to all that follows.
    await null;
    if (this.#marks.has(known) || this.#view.frame) {
      await new Promise<void>((resolve) => {
        this.#ended = resolve;
        setTimeout(resolve, patienceMs);
        this.#load();
        this.#post({ kind: "shutdown" });
        this.#show();
      });
    }
    this.#become(false);
    this.#marks.set(known, false);
    this.#naming?.end("shutdown");
    this.#listeners.clear();
    this.#stopping.abort();
    this.#port?.close();
    this.#view.host.remove();
  }

  // The page first: what nobody has asked for yet may wait until it is loaded and has nothing to do.
  #loadLater(): void {
    const load = () => this.#load();
    // Safari has no idle callbacks.
    const soon = () => ((globalThis.requestIdleCallback ?? setTimeout) as typeof setTimeout)(load);
    if (document.readyState === "complete") soon();
    else addEventListener("load", soon, { once: true });
  }

  #load(): void {
    if (this.#view.frame) return;
    const { origin, key } = this.#settings;
    const url = `${origin}/widget/frame?key=${encodeURIComponent(key)}`;
    const frame = this.#view.load(url, () => this.#greet(frame.contentWindow!));
    setTimeout(() => this.#isReady || this.#view.settle(false), patienceMs);
  }

  // Also when the frame was loaded anew: it is told everything again.
  #greet(frame: Window): void {
    const { origin, color, theme, locale } = this.#settings;
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(data);
    frame.postMessage(greeting, origin, [port2]);
    this.#post({ kind: "look", color, theme, locale });
    this.#tellPage();
    this.#tellNaming();
    if (this.#end) this.#post({ kind: "shutdown" });
    this.#tellShown(this.#isOpen && this.#view.hasFocus);
  }

  #post(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  // Only where: what follows may hold what is nobody else's, as tokens, searches and names.
  #tellPage(): void {
    this.#post({ kind: "page", url: location.origin + location.pathname });
  }

  #tellShown(takesFocus: boolean): void {
    this.#post({ kind: "shown", as: this.#shown, takesFocus });
  }

  #show(takesFocus = false): void {
    const preview = this.#wantsPreview && this.#settings.hasLauncher ? "preview" : "hidden";
    const open = matchMedia(smallScreen).matches ? "full" : "open";
    const as = this.#end ? "hidden" : this.#isOpen ? open : preview;
    if (as !== this.#shown) {
      this.#shown = as;
      this.#view.show(as);
      this.#tellShown(takesFocus);
    }
    this.#view.fit();
    if (takesFocus) this.#view.frame!.focus();
  }

  #hear(message: ToPage): void {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        return this.#view.settle(true);
      case "unread":
        this.#view.count(message.count);
        return this.#listeners.forEach((run) => run(message.count));
      case "preview":
        this.#wantsPreview = message.isWanted;
        return this.#show();
      case "open":
      case "close":
        return this[message.kind]();
      case "known":
        return this.#marks.set(known, message.isKnown);
      case "identified":
        if (message.id === this.#naming?.id) this.#naming.end(message.code);
        return;
      case "gone":
        return this.#ended();
    }
  }
}
