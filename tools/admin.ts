/** `deno task admin grant | revoke <username>`: who is an admin, which no request can say. */
import { openConfigured } from "../app.ts";
import { type Config, ConfigError, configFromEnvironment } from "../config.ts";
import { lockFolder } from "../db/folder_lock.ts";
import { NoDatabase } from "../db/open.ts";
import { setAdmin } from "../domain/admins.ts";

const usage = `Usage: deno task admin grant <username>    an account becomes an admin
       deno task admin revoke <username>   an admin becomes a user again, at once
       On an embedded database only while the server is stopped.`;

function print(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  to.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function change(config: Config, username: string, isAdmin: boolean): Promise<boolean> {
  const lock = config.databaseUrl === null ? await lockFolder(config.dataDir) : null;
  const log = { warn: (event: string) => print(Deno.stderr, event) };
  try {
    const database = await openConfigured(config, log);
    try {
      return await setAdmin(database, username, isAdmin);
    } finally {
      await database.close();
    }
  } finally {
    lock?.close();
  }
}

async function main(verb = "", username = ""): Promise<number> {
  if (!["grant", "revoke"].includes(verb) || username === "") {
    print(Deno.stderr, usage);
    return 64;
  }
  try {
    const isAdmin = verb === "grant";
    if (await change(configFromEnvironment(), username, isAdmin)) {
      print(Deno.stdout, `"${username}" is ${isAdmin ? "an admin" : "no admin any more"}`);
      return 0;
    }
    print(Deno.stderr, `No ${isAdmin ? "user" : "admin"} is called "${username}"`);
    return 1;
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof NoDatabase)) throw error;
    print(Deno.stderr, error.message);
    return 78;
  }
}

Deno.exitCode = await main(Deno.args[0], Deno.args[1]);
