/** The outbox in IndexedDB: it survives a reload, and the end of the browser. */
/// <reference lib="dom" />
import type { OutboxItem, OutboxStore } from "./outbox_item.ts";

const items = "items";

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(items, { keyPath: "clientId" });
  };
  const database = await resultOf(request);
  // A later version of the application may change it in another tab; it would wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

/** The outbox that this browser keeps under a name. */
export function indexedDbOutbox(factory: IDBFactory, name: string): OutboxStore {
  let opened: Promise<IDBDatabase> | undefined;

  async function act<T>(
    mode: IDBTransactionMode,
    run: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const database = await (opened ??= open(factory, name));
    const transaction = database.transaction(items, mode);
    return await resultOf(run(transaction.objectStore(items)));
  }

  return {
    load: () => act("readonly", (store) => store.getAll() as IDBRequest<OutboxItem[]>),
    put: (item) => act("readwrite", (store) => store.put(item)),
    remove: (clientId) => act("readwrite", (store) => store.delete(clientId)),
    clear: () => act("readwrite", (store) => store.clear()),
  };
}
