/** What the page of a site and the widget's frame tell each other, over a channel of their own. */

/** How the frame is shown: not at all, as a word of what is new, open beside the page, over the whole screen. */
export type Shown = "hidden" | "preview" | "open" | "full";

/** From the page. Nothing of it is secret, and the frame trusts none of it. */
export type ToFrame =
  | {
    readonly kind: "look";
    /** `#rrggbb` */
    readonly color: string;
    readonly theme: string;
    readonly locale: string;
  }
  /** Where the visitor is: without what follows `?` and `#`. */
  | { readonly kind: "page"; readonly url: string }
  | { readonly kind: "shown"; readonly as: Shown; readonly takesFocus: boolean }
  /** Who the visitor is, as the site has signed it; answered with `identified`. */
  | { readonly kind: "identify"; readonly id: number; readonly token: string }
  /** The keyboard has left the frame while it covers the screen: it comes in again at this end. */
  | { readonly kind: "focus"; readonly at: "first" | "last" }
  /** Forget the visitor; answered with `gone`. */
  | { readonly kind: "shutdown" };

/** From the frame: never a token, never what was written. */
export type ToPage =
  | { readonly kind: "ready" }
  | { readonly kind: "unread"; readonly count: number }
  | { readonly kind: "preview"; readonly isWanted: boolean }
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  /** Whether this browser has a visitor: then the frame is loaded on the next page too. */
  | { readonly kind: "known"; readonly isKnown: boolean }
  | { readonly kind: "identified"; readonly id: number; readonly code: string | null }
  | { readonly kind: "gone" };

/** What comes with the channel's other end, the one message between the windows themselves. */
export const greeting = "patter channel";
