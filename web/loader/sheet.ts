/** How the launcher and the panel look, whatever the site's own styles say. */
import { inkOn } from "../ui/contrast.ts";
import type { Settings } from "./settings.ts";

/** A screen on which the chat takes all the room. */
export const smallScreen = "(max-width: 520px), (max-height: 460px)";

/**
 * The style sheet. Its `!important` on the host is stronger than that of the site: for important
 * declarations the inner tree goes before the outer (CSS Cascade 5, 6.1).
 */
export function sheetFor({ color, side, offset: [aside, below], theme }: Settings): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  const above = below + 72;
  sheet.replaceSync(`
:host{all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important;
color-scheme:${theme === "auto" ? "light dark" : theme}!important}
*{box-sizing:border-box}
[hidden]{display:none!important}
button,.panel{position:fixed;${side}:${aside}px;bottom:${below}px}
button{width:56px;height:56px;padding:0;border:1px solid transparent;border-radius:50%;
background:${color};color:${inkOn(color)};box-shadow:0 4px 16px #0005;cursor:pointer;display:grid;
place-items:center}
button:hover{filter:brightness(1.1)}
button:focus-visible{outline:3px solid ${color};outline-offset:3px}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;
stroke-linejoin:round}
span{position:absolute;top:-4px;left:-4px;min-width:22px;padding:0 5px;border:2px solid #fff;
border-radius:11px;background:#c2261d;color:#fff;font:600 12px/18px system-ui}
.panel{overflow:hidden;width:300px;max-width:calc(100vw - ${aside + 92}px);height:92px;
border-radius:16px;background:Canvas;color:CanvasText;
box-shadow:0 0 0 1px #8884,0 12px 40px #0004;animation:in .16s ease-out}
.preview{${side}:${aside + 68}px}
.open{width:384px;max-width:calc(100vw - ${2 * aside}px);
height:min(640px,100dvh - ${above + below}px);bottom:${above}px}
.alone{bottom:${below}px}
.full{inset:0;width:100%;max-width:none;height:100dvh;border-radius:0}
iframe{display:block;width:100%;height:100%;border:0}
.waiting iframe{opacity:0}
p{position:absolute;inset:0;display:grid;place-items:center;margin:0;font:15px system-ui}
@keyframes in{from{opacity:0;transform:translateY(12px)}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
@media print{:host{display:none!important}}`);
  return sheet;
}
