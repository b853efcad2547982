/** The chat application in a tab, as somebody who is signed in. */
import type { Locator, Page } from "playwright-core";
import type { Visitor } from "../browser.ts";
import type { Person } from "../world.ts";

/** Keeps a session in a visitor's browser, as signing in does. */
export async function keepSession(visitor: Visitor, person: Person): Promise<void> {
  // A file of the same origin that runs nothing.
  const page = await visitor.tab(`${person.at.url}/icon.svg`);
  await page.evaluate(
    (session) => localStorage.setItem("patter.session", session),
    JSON.stringify(person.session),
  );
  await page.close();
}

/** Opens the application at an address behind `#`, as somebody. */
export async function openChat(visitor: Visitor, person: Person, hash = "#/"): Promise<Page> {
  await keepSession(visitor, person);
  return await visitor.tab(`${person.at.url}/${hash}`);
}

/** The row of a conversation in the list. */
export function rowOf(page: Page, title: string): Locator {
  return page.locator(".rows li").filter({
    has: page.locator(".row-title").getByText(title, { exact: true }),
  });
}

/** The titles of the list, from top to bottom. */
export async function titlesOf(page: Page): Promise<string[]> {
  const rows = await page.locator(".rows li").evaluateAll((items) =>
    items.map((item) => ({
      at: Number(item.getAttribute("aria-posinset")),
      title: item.querySelector(".row-title")?.textContent ?? "",
    }))
  );
  return rows.toSorted((a, b) => a.at - b.at).map(({ title }) => title);
}

/** Chooses something of a row's menu. */
export async function chooseFor(page: Page, title: string, item: string): Promise<void> {
  await rowOf(page, title).locator("a").click({ button: "right" });
  await page.getByRole("menu").getByText(item, { exact: true }).click();
}

/** Resolves when the worker keeps the application's files, so that it opens without a network. */
export async function keptByWorker(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}
