/** The site's colours and language in the frame. */
import { signal } from "@preact/signals";
import type { ToFrame } from "../loader/messages.ts";
import { contrastOf, inkOn, isHex, readableOn } from "../ui/contrast.ts";
import { language, locale } from "../ui/language.ts";

type Look = Extract<ToFrame, { kind: "look" }>;

const surfaces = { light: "#ffffff", dark: "#1b1f26" } as const;
// Less is hardly seen.
const bubbleContrastMin = 1.4;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const asked = signal<Look | null>(null);

function apply(): void {
  const { dataset, style } = document.documentElement;
  const { theme, color } = asked.value ?? { theme: "auto", color: "" };
  if (theme === "light" || theme === "dark") dataset["theme"] = theme;
  else delete dataset["theme"];
  if (!isHex(color)) return;
  const isDark = theme === "dark" || theme !== "light" && prefersDark.matches;
  // What is written in the site's colour must be readable, whatever that colour is.
  const surface = surfaces[isDark ? "dark" : "light"];
  const accent = readableOn(surface, color);
  const bubble = contrastOf(surface, color) < bubbleContrastMin ? accent : color;
  for (const [name, value] of Object.entries({ accent, brand: color, bubble })) {
    style.setProperty(`--${name}`, value);
    style.setProperty(`--${name}-ink`, inkOn(value));
  }
}

prefersDark.addEventListener("change", apply);

/** Takes the look that the page asks for; what is no colour or language is left as it is. */
export function takeLook(look: Look): void {
  asked.value = look;
  if (/^zh\b/i.test(look.locale)) language.value = "zh";
  else if (/^en\b/i.test(look.locale)) language.value = "en";
  document.documentElement.lang = locale.value;
  apply();
}
