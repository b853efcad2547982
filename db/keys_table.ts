/** Signing keys in the database, where all instances find them. */
import { desc, notInArray, sql } from "drizzle-orm";
import { type Database, transact, type Transaction } from "./client.ts";
import { signingKeys } from "./schema/accounts.ts";

type StoredKey = typeof signingKeys.$inferSelect;

// Ten instances that start at once must not make ten first keys.
const lockKey = 7_283_462;

function locked<T>(database: Database, act: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(database, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${lockKey})`);
    return await act(tx);
  });
}

/** The key store of a server on Postgres. */
export class KeysTable {
  constructor(readonly database: Database) {}

  /** Newest first. */
  list(): Promise<StoredKey[]> {
    return this.database.orm.select().from(signingKeys)
      .orderBy(desc(signingKeys.createdAt), desc(signingKeys.kid));
  }

  /** Adds the very first key; does nothing when there is one already. */
  async addFirst(key: StoredKey): Promise<void> {
    await locked(this.database, async (tx) => {
      const some = await tx.select().from(signingKeys).limit(1);
      if (some.length === 0) await tx.insert(signingKeys).values(key);
    });
  }

  /** Adds a key and drops all but the newest `keep`. */
  async rotate(key: StoredKey, keep: number): Promise<void> {
    await locked(this.database, async (tx) => {
      await tx.insert(signingKeys).values(key);
      const kept = tx.select({ kid: signingKeys.kid }).from(signingKeys)
        .orderBy(desc(signingKeys.createdAt), desc(signingKeys.kid)).limit(keep);
      await tx.delete(signingKeys).where(notInArray(signingKeys.kid, kept));
    });
  }
}
