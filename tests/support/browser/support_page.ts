/** The support screens in a tab, as agents and admins use them. */
import type { Locator, Page } from "playwright-core";

/** The row of a visitor's conversation. */
export function visitorRow(page: Page, name: string): Locator {
  return page.locator(".support-row").filter({
    has: page.locator(".row-title").getByText(name, { exact: true }),
  });
}

/** Adds a canned reply by the dialog behind the button beside the text. */
export async function addReply(page: Page, title: string, text: string): Promise<void> {
  await page.getByRole("button", { name: "Canned replies ( / )" }).click();
  await page.getByRole("button", { name: "Manage replies" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add reply" }).click();
  await dialog.getByLabel("Title").fill(title);
  await dialog.getByLabel("Text", { exact: true }).fill(text);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("listitem").getByText(title, { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
}

/** Finds a canned reply by a slash and what it is about; it stands in the text then. */
export async function pickReply(page: Page, sought: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).press("/");
  await page.getByRole("combobox", { name: "Search replies" }).fill(sought);
  await page.locator(".reply-list").getByRole("option").waitFor();
  await page.keyboard.press("Enter");
}

/** Notes something for the other agents. */
export async function addNote(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Notes", exact: true }).click();
  await page.getByText("Only agents see this").waitFor();
  await page.getByRole("textbox", { name: "Add a note" }).fill(text);
  await page.getByRole("button", { name: "Add note" }).click();
  await page.locator(".note").getByText(text).waitFor();
  await page.getByRole("button", { name: "Notes (1)" }).waitFor();
}

/** Makes an inbox on the screen of an admin; gives the public key that stands in the snippet. */
export async function makeInbox(
  page: Page,
  { name, agent, origin }: { name: string; agent: string; origin: string },
): Promise<string> {
  await page.getByRole("link", { name: "New inbox" }).first().click();
  await page.locator("input[name='name']").fill(name);
  await page.getByLabel("Find people by name").fill(agent);
  await page.getByRole("button", { name: `Add ${agent}` }).click();
  await page.getByRole("textbox", { name: "Sites that may show the widget" }).fill(origin);
  await page.getByRole("switch", { name: /certain hours/ }).check();
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await page.getByRole("button", { name: "Create inbox" }).click();
  const snippet = page.getByLabel("Add the widget to your site").locator("textarea");
  await snippet.waitFor();
  return /data-inbox="([^"]+)"/.exec(await snippet.inputValue())![1]!;
}
