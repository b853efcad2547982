/** Private Postgres servers for tests and benchmarks. */
import postgres from "postgres";
import { startKept, type SystemUser } from "./kept_process.ts";
import { PrivateServer } from "./private_server.ts";
import { postgresPrograms, unprivilegedUser } from "./programs.ts";

/** Settings of `postgresql.conf` by name, on top of ours. */
export interface PostgresOptions {
  settings?: Record<string, string>;
}

/** A Postgres of our own; `await using` ends it and removes its folder. */
export class PostgresService extends PrivateServer {
  /** Of the database `postgres`, as a superuser without a password. */
  get url(): string {
    return urlOn(this.port);
  }
}

/** Makes a database cluster in a temporary folder, with fsync on, and serves it on loopback. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const programs = await postgresPrograms();
  const user = await unprivilegedUser();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "patter-postgres-" }));
  if (user) await Deno.chown(folder, user.uid, user.gid);
  const server = new PostgresService({
    name: "Postgres",
    folder,
    user,
    command: (port) => serverCommand(programs, folder, port, options.settings ?? {}),
    prepare: () => removeLock(folder),
    answers: (port) => servesFolder(port, folder),
    stopSignal: "SIGINT",
    endSignal: "SIGQUIT",
  });
  // Its keeper watches over the folder until that of the server does.
  const cluster = await makeCluster(programs, folder, user);
  try {
    await server.start();
  } catch (error) {
    await Promise.all([server[Symbol.asyncDispose](), cluster.end()]);
    throw error;
  }
  await cluster.release();
  return server;
}

function urlOn(port: number): string {
  return `postgres://patter@127.0.0.1:${port}/postgres`;
}

async function makeCluster(programs: string, folder: string, user: SystemUser | undefined) {
  const access = ["--auth=trust", "--username=patter"];
  // Bytes decide the order, but letters beyond ASCII have their upper and lower case.
  const content = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-sync"];
  const process = await startKept({
    command: [`${programs}/initdb`, "--pgdata", `${folder}/data`, ...access, ...content],
    folder,
    endSignal: "SIGTERM",
    user,
  });
  await process.whenGone();
  return process;
}

function serverCommand(
  programs: string,
  folder: string,
  port: number,
  settings: Record<string, string>,
): string[] {
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: folder,
    max_connections: "200",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return [`${programs}/postgres`, "-D", `${folder}/data`, ...flags];
}

/** A killed server leaves its lock, which would hold up the next for as long as no one reaps it. */
async function removeLock(folder: string): Promise<void> {
  await Deno.remove(`${folder}/data/postmaster.pid`).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Another server that took the same port first would answer as well: so ask for the folder. */
async function servesFolder(port: number, folder: string): Promise<boolean> {
  const sql = postgres(urlOn(port), { max: 1, connect_timeout: 5 });
  try {
    const rows = await sql`select current_setting('data_directory') as folder`;
    return rows[0]?.["folder"] === `${folder}/data`;
  } finally {
    await sql.end({ timeout: 0 });
  }
}
