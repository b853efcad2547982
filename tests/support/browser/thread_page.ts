/** A conversation in the application, in a real page: opened, read and acted on as people do. */
/// <reference lib="dom" />
import type { Locator, Page } from "playwright-core";
import type { Visitor } from "../browser.ts";
import { until } from "../waiting.ts";
import type { Person } from "../world.ts";

/** How long something may take to be seen: machines are busy. */
export const seenMs = 20_000;

/** Opens a conversation, as somebody who is signed in; `seq` goes to a message. */
export async function openThread(
  visitor: Visitor,
  person: Person,
  { id, seq }: { id: string; seq?: number },
): Promise<Page> {
  const page = await visitor.tab();
  await page.addInitScript((session) => {
    if (localStorage.getItem("patter.session") === null) {
      localStorage.setItem("patter.session", session);
    }
  }, JSON.stringify(person.session));
  await page.goto(`${person.at.url}/#/chats/${id}${seq === undefined ? "" : `/${seq}`}`);
  await page.locator(".messages").waitFor();
  return page;
}

/** The message that says this. */
export function messageOf(page: Page, text: string): Locator {
  return page.locator("li.message", { has: page.locator(".text", { hasText: text }) }).last();
}

/** Writes something and sends it. */
export async function write(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Message" });
  await field.fill(text);
  await field.press("Enter");
}

/** Opens the menu of the message that says this. */
export async function menuOf(page: Page, text: string): Promise<Locator> {
  await messageOf(page, text).locator(".bubble").click({ button: "right" });
  const menu = page.getByRole("menu", { name: "Message" });
  await menu.waitFor();
  return menu;
}

/** Does one of the things in a message's menu. */
export async function choose(page: Page, text: string, entry: string): Promise<void> {
  await (await menuOf(page, text)).getByRole("menuitem", { name: entry, exact: true }).click();
}

/** Where each message that is shown stands on the screen, by its number. */
export async function placesOf(page: Page): Promise<Map<number, number>> {
  const places = await page.locator("li.message[data-seq]").evaluateAll((all) =>
    all.map((one) =>
      [
        Number((one as HTMLElement).dataset["seq"]),
        one.getBoundingClientRect().top,
      ] as const
    )
  );
  return new Map(places);
}

/** Waits until the list stands still at a place that `check` is content with. */
export async function stands(
  page: Page,
  what: string,
  check: (places: Map<number, number>) => boolean,
): Promise<Map<number, number>> {
  let before = "";
  return await until(what, async () => {
    const places = await placesOf(page);
    const now = JSON.stringify([...places]);
    const isStill = now === before;
    before = now;
    return isStill && check(places) ? places : undefined;
  }, seenMs) as Map<number, number>;
}
