/** What a site embeds: a button, and the frame that it opens. */
import { settingsOf } from "./settings.ts";
import { page, Widget } from "./widget.ts";

function begin(script: HTMLScriptElement): void {
  const settings = settingsOf(script);
  if (settings === null) return;
  const name = `${settings.origin} ${settings.key}`;
  // Included twice, by two parts of a site: one of it is enough.
  const others = document.querySelectorAll<HTMLElement>("patter-widget");
  if ([...others].some(({ dataset }) => dataset["for"] === name)) return;
  const detail = new Widget(settings, name);
  // Of several widgets the first has the name; each is told by its own script element.
  page.patter ??= detail;
  script.dispatchEvent(new CustomEvent("patter:ready", { bubbles: true, detail }));
}

const script = document.currentScript ??
  document.querySelector('script[data-inbox][src$="/widget.js"]');
if (script) begin(script as HTMLScriptElement);
