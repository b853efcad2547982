/**
 * The widget's launcher, as assistive technology has it: its shadow tree is closed, for a test's
 * selectors as for the site's scripts.
 */
/// <reference lib="dom" />
import type { CDPSession, Page } from "playwright-core";
import { until } from "../waiting.ts";

const limitMs = 20_000;

/** A button of the page that is in nobody's tree. */
export interface FoundButton {
  readonly name: string;
  readonly isExpanded: boolean;
  readonly isFocused: boolean;
  /** Of its middle. */
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
}

interface AxNode {
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { value?: unknown } }[];
  readonly backendDOMNodeId?: number;
}

async function look(session: CDPSession, node: AxNode): Promise<FoundButton | null> {
  const { backendDOMNodeId: backendNodeId, name, properties = [] } = node;
  if (backendNodeId === undefined) return null;
  const { model } = await session.send("DOM.getBoxModel", { backendNodeId });
  const [left, top, right, , , bottom] = model.border as number[];
  const property = (which: string) =>
    properties.find((one) => one.name === which)?.value.value === true;
  return {
    name: name?.value ?? "",
    isExpanded: property("expanded"),
    isFocused: property("focused"),
    at: { x: (left! + right!) / 2, y: (top! + bottom!) / 2 },
    width: right! - left!,
  };
}

/** The buttons of the page itself whose name fits. */
export async function buttonsIn(page: Page, fits: RegExp): Promise<FoundButton[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { nodes } = await session.send("Accessibility.getFullAXTree") as unknown as {
      nodes: AxNode[];
    };
    const buttons = nodes.filter(({ role, name }) =>
      role?.value === "button" && fits.test(name?.value ?? "")
    );
    const found: FoundButton[] = [];
    for (const button of buttons) {
      const seen = await look(session, button);
      if (seen !== null) found.push(seen);
    }
    return found;
  } finally {
    await session.detach();
  }
}

/** The launcher, once it is there under such a name. */
export async function launcherOf(page: Page, fits = /chat|聊天/i): Promise<FoundButton> {
  const found = await until(
    `there is a launcher that fits ${fits}`,
    async () => (await buttonsIn(page, fits))[0],
    limitMs,
  );
  return found!;
}

/** Clicks it as people do. */
export async function clickLauncher(page: Page, fits?: RegExp): Promise<void> {
  const { at } = await launcherOf(page, fits);
  await page.mouse.click(at.x, at.y);
}
