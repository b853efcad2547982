/** Draws web/static/icon.svg as the pictures that systems ask for: `deno task draw:icons`, after it has changed. */
import { chromium, type Page } from "playwright-core";

const folder = new URL("../../web/static/", import.meta.url);

interface Icon {
  readonly name: string;
  readonly size: number;
  /** Up to the edges, as systems cut them to their own shape; the sign keeps within this part. */
  readonly filledTo?: number;
}

const icons: readonly Icon[] = [
  { name: "icon-192.png", size: 192 },
  { name: "icon-512.png", size: 512 },
  // What lies outside of a circle of four fifths may be cut off: https://w3c.github.io/manifest/#icon-masks
  { name: "icon-maskable.png", size: 512, filledTo: 0.8 },
  { name: "icon-180.png", size: 180, filledTo: 0.94 },
];

function pageOf(svg: string, { size, filledTo }: Icon): string {
  const ground = /fill="(#\w+)"/.exec(svg)![1];
  const side = Math.round(size * (filledTo ?? 1));
  const square = svg.replace("<svg ", `<svg width="${side}" height="${side}" `)
    .replace(/rx="\d+"/, filledTo === undefined ? "$&" : 'rx="0"');
  const background = filledTo === undefined ? "transparent" : ground;
  return `<body style="margin:0;display:grid;place-items:center;width:${size}px;` +
    `height:${size}px;background:${background}">${square}`;
}

async function draw(page: Page, svg: string, icon: Icon): Promise<void> {
  await page.setViewportSize({ width: icon.size, height: icon.size });
  await page.setContent(pageOf(svg, icon));
  const png = await page.screenshot({ omitBackground: true });
  await Deno.writeFile(new URL(icon.name, folder), png);
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
const svg = await Deno.readTextFile(new URL("icon.svg", folder));
const page = await browser.newPage();
for (const icon of icons) await draw(page, svg, icon);
await browser.close();
