/** Searching as tests do it: a page, all pages, and the texts that were found. */
import type { Page } from "../../schemas/fields.ts";
import type { FoundMessage } from "../../schemas/messages.ts";
import { textOf } from "./chat.ts";
import type { Answer, Person } from "./world.ts";

/** What is asked beside the words. */
export type Filters = Record<string, string | number>;

function pathOf(q: string, filters: Filters): string {
  const pairs = Object.entries(filters).map(([name, value]) => [name, String(value)]);
  return `/v1/messages/search?${new URLSearchParams([["q", q], ...pairs])}`;
}

/** A page as it is answered. */
export function asksFor(
  person: Person,
  q: string,
  filters: Filters = {},
): Promise<Answer<Page<FoundMessage>>> {
  return person.ask<Page<FoundMessage>>("GET", pathOf(q, filters));
}

/** A page of what is found. */
export function searches(
  person: Person,
  q: string,
  filters: Filters = {},
): Promise<Page<FoundMessage>> {
  return person.do<Page<FoundMessage>>("GET", pathOf(q, filters));
}

/** All that is found, page by page. */
export async function findsAll(
  person: Person,
  q: string,
  filters: Filters = {},
): Promise<FoundMessage[]> {
  const found: FoundMessage[] = [];
  let page = await searches(person, q, filters);
  found.push(...page.items);
  while (page.nextCursor !== null) {
    page = await searches(person, q, { ...filters, cursor: page.nextCursor });
    found.push(...page.items);
  }
  return found;
}

/** The texts of all that is found. */
export async function textsFound(
  person: Person,
  q: string,
  filters: Filters = {},
): Promise<string[]> {
  return (await findsAll(person, q, filters)).map(({ message }) => textOf(message));
}
