/** The client library in a real page: built, under a strict policy, on an origin that the server allows. */
import type { JSHandle, Page } from "playwright-core";
import type { Client } from "../../../client/mod.ts";
import type { OutboxItem } from "../../../client/outbox_item.ts";
import type { Session } from "../../../schemas/auth.ts";
import { bundleClient } from "../../../tools/client/bundle.ts";
import type { Visitor } from "../browser.ts";
import { until } from "../waiting.ts";
import { htmlPage, PageHost, script } from "./page_host.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** What the page keeps for its tests. */
interface Kept {
  readonly patter: typeof import("../../../client/mod.ts");
}

/** A page that has the library, and makes no client by itself. */
export async function hostClientPage(): Promise<PageHost> {
  const folder = await Deno.makeTempDir({ prefix: "patter_page_" });
  await bundleClient(root, `${folder}/mod.js`);
  const library = await Deno.readTextFile(`${folder}/mod.js`);
  await Deno.remove(folder, { recursive: true });
  return new PageHost({
    "/": htmlPage("A page with a client", "/page.js"),
    "/page.js": script("globalThis.patter = await import('/mod.js')"),
    "/mod.js": script(library),
  });
}

/** Whose client, and where its server is as the page sees it. */
export interface Account {
  readonly url: string;
  readonly session: Session;
}

/** A tab with a client. */
export class ClientTab {
  private constructor(readonly page: Page, readonly client: JSHandle<Client>) {}

  /** Makes a client in a page that has the library, and starts it. */
  static async start(page: Page, account: Account): Promise<ClientTab> {
    await page.waitForFunction(() => "patter" in globalThis);
    const client = await page.evaluateHandle((account) => {
      const client = (globalThis as unknown as Kept).patter.createClient(account);
      client.start();
      return client;
    }, account);
    return new ClientTab(page, client);
  }

  /** Opens a tab with a client that has everything. */
  static async open(visitor: Visitor, host: PageHost, account: Account): Promise<ClientTab> {
    const tab = await ClientTab.start(await visitor.tab(`${host.origin}/`), account);
    await tab.synced();
    return tab;
  }

  /** Loads the page anew, with a new client. */
  async reload(account: Account): Promise<ClientTab> {
    await this.page.reload();
    return await ClientTab.start(this.page, account);
  }

  /** Waits until the client has everything. */
  async synced(): Promise<void> {
    await until("the client is synced", () => this.client.evaluate((c) => c.isSynced), 60_000);
  }

  /** Sends texts, one after the other, without waiting. */
  async send(id: string, ...texts: string[]): Promise<void> {
    await this.client.evaluate((client, { id, texts }) => {
      for (const text of texts) client.send(id, { kind: "text", body: { text } });
    }, { id, texts });
  }

  /** What waits or failed. */
  outbox(): Promise<OutboxItem[]> {
    return this.client.evaluate((client) => client.outbox());
  }

  /** The `seq` of the last message that it knows of. */
  lastSeq(id: string): Promise<number> {
    return this.client.evaluate((client, id) => client.conversation(id)?.lastSeq ?? 0, id);
  }

  /** Resolves once it knows of so many messages and its outbox is empty. */
  async hasAll(id: string, lastSeq: number, limitMs = 90_000): Promise<void> {
    await until(`message ${lastSeq} is there and nothing waits`, async () => {
      return await this.lastSeq(id) === lastSeq && (await this.outbox()).length === 0;
    }, limitMs);
  }

  /** How many items of outboxes this origin keeps on disk, of all accounts. */
  keptItems(): Promise<number> {
    return this.page.evaluate(async () => {
      let count = 0;
      for (const { name } of await indexedDB.databases()) {
        const resultOf = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve) => request.onsuccess = () => resolve(request.result));
        const database = await resultOf(indexedDB.open(name!));
        count += await resultOf(database.transaction("items").objectStore("items").count());
        database.close();
      }
      return count;
    });
  }
}
