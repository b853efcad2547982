/** `deno task keys rotate | list`: the keys that sign access tokens, also while servers run. */
import { keyStoreFor, openConfigured } from "../app.ts";
import { ConfigError, configFromEnvironment } from "../config.ts";
import type { Database } from "../db/client.ts";
import { NoDatabase } from "../db/open.ts";
import type { KeyStore } from "../domain/app.ts";
import { rotateKeys } from "../domain/tokens.ts";

const usage =
  `Usage: deno task keys rotate   a new key signs from now on; the one before it stays valid
       deno task keys list     the keys in use, newest first`;

/** Carries out a verb; gives what to print. */
type Act = (keys: KeyStore) => Promise<string>;

const verbs: Readonly<Record<string, Act>> = {
  rotate: async (keys) => (await rotateKeys(keys, new Date())).kid,
  list: async (keys) =>
    (await keys.list()).map(({ kid, createdAt }) => `${kid}  ${createdAt.toISOString()}`)
      .join("\n") || "No key yet: the first start of a server makes one",
};

// Beside an embedded database the keys are files: it is not opened, for a server may hold it.
async function withKeys(act: Act): Promise<string> {
  const config = configFromEnvironment();
  const log = { warn: (event: string) => print(Deno.stderr, event) };
  const opened: Database[] = [];
  const keys = await keyStoreFor(config, async () => {
    const database = await openConfigured(config, log);
    opened.push(database);
    return database;
  });
  try {
    return await act(keys);
  } finally {
    for (const database of opened) await database.close();
  }
}

function print(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  to.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(verb = ""): Promise<number> {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (act === undefined) {
    print(Deno.stderr, usage);
    return 64;
  }
  try {
    print(Deno.stdout, await withKeys(act));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof NoDatabase)) throw error;
    print(Deno.stderr, error.message);
    return 78;
  }
}

Deno.exitCode = await main(Deno.args[0]);
