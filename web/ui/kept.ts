/** What the browser keeps for a page from one time to the next; where it may keep nothing, memory does. */

const memory = new Map<string, string>();

function attempt<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(localStorage);
  } catch {
    // Forbidden (a frame of another site, a private window) or full: the page works on without it.
    return undefined;
  }
}

/** Whether the browser keeps anything for this page. */
export function isStorageAllowed(): boolean {
  return attempt((storage) => storage.length) !== undefined;
}

/** What was kept under a name. */
export function kept(name: string): string | null {
  return memory.get(name) ?? attempt((storage) => storage.getItem(name)) ?? null;
}

/** Keeps something under a name; null forgets it. */
export function keep(name: string, value: string | null): void {
  memory.delete(name);
  const isDone = attempt((storage) => {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, value);
    return true;
  });
  if (!isDone && value !== null) memory.set(name, value);
}
