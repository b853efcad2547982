/** The database at start: waited for when it comes up beside us, refused clearly when it never will. */
import { failureOf } from "../errors.ts";
import { type Database, type DatabaseOptions, openDatabase } from "./client.ts";
import { codeOf } from "./error_codes.ts";
import { migrate, MigrationLost } from "./migrate.ts";
import { isUntrusted, tlsOf } from "./tls.ts";

const waitMs = 60_000;
const retryMs = 250;

/** There is no database as configured; the message says why and holds no secret. */
export class NoDatabase extends Error {
  override readonly name = "NoDatabase";
}

// What no waiting will mend: SQLSTATE classes 28 and 3D, and a certificate of somebody else.
function refusal(code: string): string | null {
  if (isUntrusted(code)) {
    return `the server's certificate is not to be trusted (${code}); DATABASE_CA names who signs it`;
  }
  if (code.startsWith("28")) return "the server refuses this user or password";
  return code.startsWith("3D") ? "the server has no such database" : null;
}

function unopened(error: unknown): NoDatabase {
  const { message } = error as Error;
  return new NoDatabase(`DATA_DIR: the embedded database does not open (${message})`);
}

async function openMigrated(options: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(options);
  try {
    await migrate(database, options);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Which database, and who is told once, with the code of the reason, that it is waited for. */
export interface StartOptions extends DatabaseOptions {
  readonly onWait: (reason: string) => void;
}

/**
 * Does what takes the database at start. One that does not answer is waited for, as when both start
 * together, and `act` is done again.
 * @throws {NoDatabase} when it refuses us, or does not answer for a minute.
 */
export async function whenReady<T>(options: StartOptions, act: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + waitMs;
  for (let tries = 1;; tries++) {
    try {
      return await act();
    } catch (error) {
      if (options.databaseUrl === null) throw error;
      const code = codeOf(error);
      const reason = refusal(code);
      if (reason !== null) throw new NoDatabase(`DATABASE_URL: ${reason}`);
      if (failureOf(error).code !== "unavailable") throw error;
      if (performance.now() > giveUpAt) {
        const over = tlsOf(options.databaseUrl, options.authority ?? null) ? " over TLS" : "";
        const what = error instanceof MigrationLost ? error.message : `no database answers${over}`;
        throw new NoDatabase(`DATABASE_URL: ${what} (${code})`);
      }
      if (tries === 1) options.onWait(code);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/**
 * Opens and migrates the database, when it is ready.
 * @throws {NoDatabase} as `whenReady` does, and when the embedded one does not open.
 */
export function openWhenReady(options: StartOptions): Promise<Database> {
  return whenReady(options, async () => {
    try {
      return await openMigrated(options);
    } catch (error) {
      throw options.databaseUrl === null ? unopened(error) : error;
    }
  });
}
