/** Throw-away databases on a Postgres server. */
import postgres from "postgres";

/** An empty database, for one test file. */
export interface ThrowAwayDatabase {
  url: string;
  /** Ends the connections to it and removes it. */
  drop(): Promise<void>;
}

/** Makes an empty database with a random name on the server that `adminUrl` points to. */
export async function createDatabase(adminUrl: string): Promise<ThrowAwayDatabase> {
  const name = `patter_${crypto.randomUUID().replaceAll("-", "")}`;
  await run(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => run(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

async function run(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
