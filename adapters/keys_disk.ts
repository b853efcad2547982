/** Signing keys as files that only their owner may read: the key store beside the embedded database. */
import { join } from "node:path";
import type { KeyStore, StoredKey } from "../domain/app.ts";

interface KeyFile {
  readonly privateJwk: Record<string, string>;
  readonly createdAt: string;
}

/** One file a key in a folder, so that keys can be rotated while the server runs. */
export class KeysOnDisk implements KeyStore {
  constructor(readonly folder: string) {}

  /** Newest first. */
  async list(): Promise<StoredKey[]> {
    const keys: StoredKey[] = [];
    await Deno.mkdir(this.folder, { recursive: true, mode: 0o700 });
    for await (const { name } of Deno.readDir(this.folder)) {
      if (!name.endsWith(".json")) continue;
      const key = await this.#read(name.slice(0, -".json".length));
      if (key !== null) keys.push(key);
    }
    return keys.sort((a, b) =>
      b.createdAt.getTime() - a.createdAt.getTime() || (a.kid < b.kid ? 1 : -1)
    );
  }

  // A rotation in another process may remove an old key while the folder is being read.
  async #read(kid: string): Promise<StoredKey | null> {
    try {
      const text = await Deno.readTextFile(join(this.folder, `${kid}.json`));
      const { privateJwk, createdAt } = JSON.parse(text) as KeyFile;
      return { kid, privateJwk, createdAt: new Date(createdAt) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Adds the very first key; does nothing when there is one already. */
  async addFirst(key: StoredKey): Promise<void> {
    if ((await this.list()).length === 0) await this.#write(key);
  }

  /** Adds a key and drops all but the newest `keep`. */
  async rotate(key: StoredKey, keep: number): Promise<void> {
    await this.#write(key);
    for (const old of (await this.list()).slice(keep)) {
      await Deno.remove(join(this.folder, `${old.kid}.json`));
    }
  }

  // Written aside and moved: a reader never meets half a key.
  async #write(key: StoredKey): Promise<void> {
    const path = join(this.folder, `${key.kid}.json`);
    const file: KeyFile = { privateJwk: key.privateJwk, createdAt: key.createdAt.toISOString() };
    await Deno.mkdir(this.folder, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
    await Deno.rename(`${path}.new`, path);
  }
}
