/** A site with a widget: pages of an origin of their own, and the inbox that its visitors write to. */
/// <reference lib="dom" />
import type { Frame, Page } from "playwright-core";
import type { Inbox, NewInbox } from "../../../schemas/inboxes.ts";
import type { SupportConversation } from "../../../schemas/support.ts";
import { identitySecret, inboxOf, supportList } from "../inboxes.ts";
import type { Looks, TestBrowser, Visitor } from "../browser.ts";
import { until } from "../waiting.ts";
import type { Person, Site } from "../world.ts";
import { type HostedFile, PageHost, script } from "./page_host.ts";

/** Generous, as machines are busy. */
export const limitMs = 20_000;

/** The server under another name than the site's: to a browser that is another site. */
export function chatUrlOf({ url }: Site, host = "localhost"): string {
  return url.replace("127.0.0.1", host);
}

/** All that a site must permit: scripts and frames from the chat's host. */
export function policyFor(...chats: string[]): string {
  const hosts = chats.join(" ");
  return `default-src 'none'; script-src 'self' ${hosts}; frame-src ${hosts}; style-src 'self'; ` +
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
}

/** The script element that a site embeds. */
export function embedding(chat: string, key: string, attributes: Record<string, string> = {}) {
  const given = Object.entries({ inbox: key, ...attributes })
    .map(([name, value]) => ` data-${name}="${value}"`).join("");
  return `<script async src="${chat}/widget.js"${given}></script>`;
}

/** A page with something in its head. */
export function pageWith(head: string, body = "<h1>A site</h1>", lang = "en"): HostedFile {
  const text = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<title>A site</title>${head}</head><body>${body}</body></html>`;
  return { type: "text/html; charset=utf-8", body: text };
}

/** What a site is made of. */
export interface SiteParts {
  readonly server: Site;
  readonly admin: Person;
  readonly agents: readonly Person[];
  readonly inbox?: Partial<NewInbox>;
  readonly attributes?: Record<string, string>;
  readonly head?: string;
  readonly lang?: string;
}

const body = `<h1>A site</h1><p>With a text.</p><a href="/other">Other</a>` +
  `<button id="own">Its own button</button>`;

/** A site with two pages that have the widget, and one that has nothing. */
export class WidgetSite implements AsyncDisposable {
  constructor(
    readonly host: PageHost,
    readonly chat: string,
    readonly inbox: Inbox,
    readonly agents: readonly Person[],
  ) {}

  /** Opens it, its origin and no other allowed. */
  static async open({ server, admin, agents, ...parts }: SiteParts): Promise<WidgetSite> {
    const chat = chatUrlOf(server);
    const files: Record<string, HostedFile> = { "/page.js": script("globalThis.ran = true;") };
    const host = new PageHost(files, policyFor(chat));
    const inbox = await inboxOf(admin, agents, {
      greeting: "Hello! What can we do for you?",
      allowedOrigins: [host.origin],
      identitySecret,
      ...parts.inbox,
    });
    const head = (parts.head ?? "") + embedding(chat, inbox.key, parts.attributes);
    files["/"] = files["/other"] = pageWith(head, body, parts.lang);
    files["/plain"] = pageWith("", body);
    return new WidgetSite(host, chat, inbox, agents);
  }

  get origin(): string {
    return this.host.origin;
  }

  /** The conversation that a visitor has begun, as its first agent has it. */
  async conversation(): Promise<SupportConversation> {
    const found = await until("a visitor has written", async () => {
      const list = await supportList(this.agents[0]!, `?inboxId=${this.inbox.id}`);
      return list[0];
    }, limitMs);
    return found!;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.host[Symbol.asyncDispose]();
  }
}

/** A visitor of sites. What is still being asked when a page is left fails, and that is no fault. */
export async function surfer(browser: TestBrowser, looks?: Looks): Promise<Visitor> {
  const visitor = await browser.visitor(looks);
  visitor.expect(/net::ERR_ABORTED/);
  return visitor;
}

/** The widget's frame in a page, once it is there. */
export async function frameOf(page: Page, chat: string): Promise<Frame> {
  const isIt = (frame: Frame) => frame.url().startsWith(`${chat}/widget/frame`);
  return (await until("the frame is there", () => page.frames().find(isIt), limitMs))!;
}
