/** The shelf in IndexedDB: one for the browser, whose owner's name is on it. */
import type { ConversationView, Message, User } from "../../../client/mod.ts";
import { nothing, peopleMax, type ShelfContents, type ShelvedThread } from "./shelf_contents.ts";

const name = "patter shelf";
const stores = ["about", "views", "threads", "people"] as const;
type StoreName = typeof stores[number];

/** What is put on the shelf at once. */
export interface Shelving {
  /** The conversations that are kept, in their order: what else there is goes. */
  readonly order: readonly string[];
  readonly views: readonly ConversationView[];
  /** What is held of those; it is joined with what was kept by `merge`. */
  readonly merge: (id: string, kept: readonly Message[]) => readonly Message[] | null;
  readonly people: readonly User[];
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function doneOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("about");
    for (const store of ["views", "threads", "people"] satisfies StoreName[]) {
      request.result.createObjectStore(store, { keyPath: "id" });
    }
  };
  const database = await resultOf(request);
  // A later version of the application may change it in another tab; it would wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

let opened: Promise<IDBDatabase> | undefined;

async function transact(mode: IDBTransactionMode): Promise<IDBTransaction> {
  return (await (opened ??= open())).transaction(stores, mode);
}

function clear(transaction: IDBTransaction): void {
  for (const store of stores) transaction.objectStore(store).clear();
}

async function ownerOf(transaction: IDBTransaction): Promise<string | undefined> {
  return await resultOf(transaction.objectStore("about").get("owner"));
}

/** Empties the shelf; `owner`: only when it is that one's. */
export async function wipeShelf(owner?: string): Promise<void> {
  const transaction = await transact("readwrite");
  const done = doneOf(transaction);
  if (owner === undefined || await ownerOf(transaction) === owner) clear(transaction);
  await done;
}

/** The shelf as one account uses it: of any other it reads nothing and writes nothing. */
export class ShelfStore {
  constructor(readonly owner: string) {}

  /** Takes the shelf over, which ends what another account had there, and reads it. */
  async take(): Promise<ShelfContents> {
    const transaction = await transact("readwrite");
    const about = transaction.objectStore("about");
    if (await ownerOf(transaction) !== this.owner) {
      clear(transaction);
      about.put(this.owner, "owner");
      return nothing;
    }
    const order: string[] = await resultOf(about.get("order")) ?? [];
    const views: ConversationView[] = await resultOf(transaction.objectStore("views").getAll());
    const people: User[] = await resultOf(transaction.objectStore("people").getAll());
    const byId = new Map(views.map((view) => [view.id, view]));
    return { views: order.flatMap((id) => byId.get(id) ?? []), people };
  }

  /** The messages of a conversation. */
  async thread(id: string): Promise<readonly Message[]> {
    const transaction = await transact("readonly");
    if (await ownerOf(transaction) !== this.owner) return [];
    const kept: ShelvedThread | undefined = await resultOf(
      transaction.objectStore("threads").get(id),
    );
    return kept?.messages ?? [];
  }

  /** Puts things there, all or nothing. */
  async put(shelving: Shelving): Promise<void> {
    const transaction = await transact("readwrite");
    const done = doneOf(transaction);
    if (await ownerOf(transaction) === this.owner) await fill(transaction, shelving);
    await done;
  }
}

async function fill(transaction: IDBTransaction, shelving: Shelving): Promise<void> {
  const [views, threads, people] = ["views", "threads", "people"].map((store) =>
    transaction.objectStore(store)
  ) as [IDBObjectStore, IDBObjectStore, IDBObjectStore];
  transaction.objectStore("about").put(shelving.order, "order");
  const wanted = new Set(shelving.order);
  for (const id of await resultOf(views.getAllKeys()) as string[]) {
    if (wanted.has(id)) continue;
    views.delete(id);
    threads.delete(id);
  }
  for (const view of shelving.views) {
    views.put(view);
    const kept: ShelvedThread | undefined = await resultOf(threads.get(view.id));
    const messages = shelving.merge(view.id, kept?.messages ?? []);
    if (messages !== null) threads.put({ id: view.id, messages } satisfies ShelvedThread);
  }
  // They are known anew soon; which of them nobody misses would take keeping books.
  if (await resultOf(people.count()) > peopleMax) people.clear();
  for (const user of shelving.people) people.put(user);
}
