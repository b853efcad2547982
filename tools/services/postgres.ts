/** Private Postgres servers for tests and benchmarks. */
import postgres from "postgres";
import { startKept, type SystemUser } from "./kept_process.ts";
import { PrivateServer, type ServerRecipe } from "./private_server.ts";
import { postgresPrograms, unprivilegedUser } from "./programs.ts";

/** What makes one server differ from another. */
export interface PostgresOptions {
  /** Settings of `postgresql.conf` by name, on top of ours. */
  settings?: Record<string, string>;
  /** It speaks TLS, with this certificate and its key, in PEM. */
  tls?: { certificate: string; key: string };
}

/** A Postgres of our own; `await using` ends it and removes its folder. */
export class PostgresService extends PrivateServer {
  /** Of the database `postgres`, as a superuser without a password. */
  get url(): string {
    return urlOn(this.port);
  }
}

/** Makes a database cluster in a temporary folder, with fsync on, and serves it on loopback. */
export function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const access = ["--auth=trust", "--username=patter"];
  // Bytes decide the order, but letters beyond ASCII have their upper and lower case.
  const content = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-sync"];
  return serveCluster(PostgresService, options, (programs, data) => {
    return [`${programs}/initdb`, "--pgdata", data, ...access, ...content];
  });
}

/** The program that makes the files of a cluster in the folder `data`, and its arguments. */
export type MakeCluster = (
  programs: string,
  data: string,
) => readonly string[] | Promise<readonly string[]>;

/** Makes a cluster and serves it, as a service of the kind that is given. */
export async function serveCluster<T extends PostgresService>(
  Service: new (recipe: ServerRecipe) => T,
  options: PostgresOptions,
  make: MakeCluster,
): Promise<T> {
  const programs = await postgresPrograms();
  const user = await unprivilegedUser();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "patter-postgres-" }));
  if (user) await Deno.chown(folder, user.uid, user.gid);
  if (options.tls) await writeTls(folder, options.tls, user);
  const server = new Service({
    name: "Postgres",
    folder,
    user,
    command: (port) => serverCommand(programs, folder, port, settingsOf(folder, options)),
    prepare: () => removeLocks(folder),
    answers: (port) => servesFolder(port, folder),
    stopSignal: "SIGINT",
    endSignal: "SIGQUIT",
  });
  // Its keeper watches over the folder until that of the server does.
  const command = [...await make(programs, `${folder}/data`)];
  const cluster = await startKept({ command, folder, endSignal: "SIGTERM", user });
  await cluster.whenGone();
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

type Tls = NonNullable<PostgresOptions["tls"]>;

/** A key that others may read would be refused. */
async function writeTls(folder: string, tls: Tls, user: SystemUser | undefined): Promise<void> {
  for (const [name, text] of [["server.pem", tls.certificate], ["server.key", tls.key]] as const) {
    await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
    if (user) await Deno.chown(`${folder}/${name}`, user.uid, user.gid);
  }
}

function settingsOf(folder: string, { settings = {}, tls }: PostgresOptions) {
  if (tls === undefined) return settings;
  const files = { ssl_cert_file: `${folder}/server.pem`, ssl_key_file: `${folder}/server.key` };
  return { ssl: "on", ...files, ...settings };
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

/**
 * A killed server leaves its locks, on its files and on its socket. They name its process, which looks
 * alive to the next one until it is reaped, and that is when the keeper leaves: a moment too late on a
 * busy machine.
 */
async function removeLocks(folder: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const ofSockets = entries.filter(({ name }) => /^\.s\.PGSQL\.\d+\.lock$/.test(name));
  for (const name of ["data/postmaster.pid", ...ofSockets.map(({ name }) => name)]) {
    await Deno.remove(`${folder}/${name}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
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
