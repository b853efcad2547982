/** What a site asks for: the attributes of its script element, checked. */
import { isHex } from "../ui/contrast.ts";

/** How a site wants its widget. */
export interface Settings {
  /** Of the chat's server. */
  readonly origin: string;
  readonly key: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly side: "left" | "right";
  /** From the side and from the bottom, in px. */
  readonly offset: readonly [number, number];
  readonly theme: "auto" | "light" | "dark";
  /** A tag of a language. */
  readonly locale: string;
  readonly hasLauncher: boolean;
}

const usualColor = "#3355cc";
const usualOffset = 20;
const offsetMax = 400;

function sideIn(text: string | undefined): "left" | "right" {
  if (text === "left" || text === "right") return text;
  const isRtl = getComputedStyle(document.documentElement).direction === "rtl";
  return isRtl === (text === "start") ? "right" : "left";
}

function offsetIn(text: string | undefined): [number, number] {
  const [side = usualOffset, bottom = side] = (text?.match(/\d+/g) ?? [])
    .map((px) => Math.min(Number(px), offsetMax));
  return [side, bottom];
}

/** Reads a script element; null when it names no inbox. */
export function settingsOf(script: HTMLScriptElement): Settings | null {
  const { inbox, color, side, offset, theme, locale, launcher } = script.dataset;
  if (!inbox) return null;
  return {
    origin: new URL(script.src).origin,
    key: inbox,
    color: isHex(color) ? color : usualColor,
    side: sideIn(side),
    offset: offsetIn(offset),
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    locale: locale || document.documentElement.lang || navigator.language,
    hasLauncher: launcher !== "hidden",
  };
}
