/** Accessibility of a page as axe-core finds it: what is serious fails a test. */
/// <reference lib="dom" />
import type axe from "axe-core";
import type { Frame, Page } from "playwright-core";

let source: Promise<string> | undefined;

/** What keeps somebody from using a page: the rule, and the elements. */
export interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly help: string;
  readonly elements: string[];
}

async function auditFrame(frame: Frame): Promise<Finding[]> {
  source ??= Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js")));
  // By way of the debugger: no policy of the page is in its way, and none is loosened for it.
  await frame.evaluate(await source);
  return await frame.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await run(document, { iframes: false, resultTypes: ["violations"] });
    return violations.map(({ id, impact, help, nodes }) => ({
      rule: id,
      impact: impact ?? "none",
      help,
      elements: nodes.map(({ html }) => html),
    }));
  });
}

/** What is serious or critical on a page and in its frames as they are now. */
export async function auditPage(page: Page): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const frame of page.frames()) found.push(...await auditFrame(frame));
  return found.filter(({ impact }) => impact === "serious" || impact === "critical");
}
