/** What stands in the site's page: the launcher and the panel with the frame, in a closed shadow tree. */
import type { Shown } from "./messages.ts";
import type { Settings } from "./settings.ts";
import { sheetFor } from "./sheet.ts";
import { wordsFor } from "./words.ts";

const bubble = "M4 5h16v11H9l-5 4z";
const cross = "M6 6l12 12M18 6L6 18";

/** What people do with it. */
export interface Acts {
  toggle(): void;
  close(): void;
  /** The keyboard has left the frame that covers the screen, and comes in again at its other end. */
  turn(at: "first" | "last"): void;
}

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Partial<HTMLElementTagNameMap[Tag]> = {},
): HTMLElementTagNameMap[Tag] {
  return Object.assign(document.createElement(tag), given);
}

// No markup is written: a page may demand Trusted Types.
function draw<Tag extends "svg" | "path">(tag: Tag): SVGElementTagNameMap[Tag] {
  return document.createElementNS("http://www.w3.org/2000/svg", tag);
}

/** The elements of one widget. */
export class View {
  readonly host = document.createElement("patter-widget");
  frame: HTMLIFrameElement | null = null;
  readonly #launcher = make("button");
  readonly #badge = make("span");
  readonly #panel = make("div", { role: "dialog" });
  readonly #note = make("p", { hidden: true, role: "status" });
  readonly #ends: HTMLElement[];
  readonly #path = draw("path");
  readonly #words: ReturnType<typeof wordsFor>;
  #shown: Shown = "hidden";
  #unread = 0;

  constructor(readonly settings: Settings, name: string, acts: Acts) {
    this.#words = wordsFor(settings.locale);
    const root = this.host.attachShadow({ mode: "closed" });
    root.adoptedStyleSheets = [sheetFor(settings)];
    const svg = draw("svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.append(this.#path);
    this.#launcher.append(svg, this.#badge);
    this.#launcher.onclick = acts.toggle;
    this.#note.textContent = this.#words.unreachable;
    this.#panel.append(this.#note);
    this.#panel.ariaLabel = this.#words.chat;
    const [before, after] = this.#ends = (["last", "first"] as const).map((at) =>
      make("div", { tabIndex: 0, onfocus: () => acts.turn(at) })
    );
    root.append(before!, this.#panel, after!, this.#launcher);
    this.host.onkeydown = ({ key }) => key === "Escape" && acts.close();
    this.host.dataset["for"] = name;
    this.show("hidden");
    // Beside the body: what a page does with its body, or puts in place of it, does not touch it.
    document.documentElement.append(this.host);
  }

  /** Begins to load the frame. */
  load(url: string, onload: () => void): HTMLIFrameElement {
    const { chat: title } = this.#words;
    // The frame compares origins: whatever the page says of referrers, its own is told.
    const referrerPolicy = "origin" as const;
    this.frame = make("iframe", { title, referrerPolicy, allow: "autoplay", onload, src: url });
    this.#panel.prepend(this.frame);
    return this.frame;
  }

  /** The frame has something to show, or it will not in time. */
  settle(isReady: boolean): void {
    this.#panel.classList.toggle("waiting", !isReady);
    this.#note.hidden = isReady;
  }

  /** Shows the frame in another way. */
  show(as: Shown): void {
    this.#shown = as;
    const isFull = as === "full";
    this.#panel.hidden = as === "hidden";
    const alone = this.settings.hasLauncher ? "" : "alone";
    this.#panel.className = `panel ${as} ${alone}`;
    this.#panel.ariaModal = `${isFull}`;
    for (const end of this.#ends) end.hidden = !isFull;
    this.#launcher.hidden = isFull || !this.settings.hasLauncher;
    this.count(this.#unread);
  }

  /** Shows how many messages are unread. */
  count(unread: number): void {
    this.#unread = unread;
    const isOpen = /full|open/.test(this.#shown);
    this.#path.setAttribute("d", isOpen ? cross : bubble);
    this.#badge.hidden = isOpen || unread === 0;
    this.#badge.textContent = unread > 99 ? "99+" : `${unread}`;
    const { open, close } = this.#words;
    this.#launcher.ariaLabel = isOpen ? close : open(unread);
    this.#launcher.ariaExpanded = `${isOpen}`;
  }

  /** Fits the frame that covers the screen to what of it a keyboard leaves free. */
  fit(): void {
    const seen = this.#shown === "full" ? globalThis.visualViewport : null;
    const { style } = this.#panel;
    style.top = seen ? `${seen.offsetTop}px` : "";
    style.height = seen ? `${seen.height}px` : "";
  }

  /** Whether the keyboard is in the widget. */
  get hasFocus(): boolean {
    return document.activeElement === this.host;
  }

  /** Puts the keyboard on the launcher, or where there is none on `other`. */
  returnFocus(other: Element | null): void {
    (this.settings.hasLauncher ? this.#launcher : other as HTMLElement | null)?.focus();
  }
}
