/** Finds the programs of the servers, and installs them where that is ours to do. */
import type { SystemUser } from "./kept_process.ts";

const postgresVersionMin = 15;

/** The folder with `postgres` and `initdb`, version 15 or newer. */
export async function postgresPrograms(): Promise<string> {
  return await findOrInstall(findPostgres, {
    name: `Postgres ${postgresVersionMin} or newer`,
    package: "postgresql",
    brew: "postgresql@16",
    fedora: "postgresql-server",
  });
}

/** The path of `redis-server`. */
export async function redisProgram(): Promise<string> {
  return await findOrInstall(findRedis, {
    name: "Redis",
    package: "redis-server",
    brew: "redis",
    fedora: "redis",
  });
}

/** The user who runs what refuses to run as root; undefined when we are not root. */
export async function unprivilegedUser(): Promise<SystemUser | undefined> {
  if (Deno.uid() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const uid = await output("id", "-u", name);
    const gid = await output("id", "-g", name);
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('Postgres does not run as root: no user "postgres" or "nobody" to run it as');
}

interface Recipe {
  name: string;
  package: string;
  brew: string;
  fedora: string;
}

async function findOrInstall(
  find: () => Promise<string | undefined>,
  recipe: Recipe,
): Promise<string> {
  return await find() ?? await install(find, recipe) ?? missing(recipe);
}

function missing({ name, package: debian, brew, fedora }: Recipe): never {
  throw new Error(
    `${name} is not installed. Debian, Ubuntu: apt-get install ${debian}; ` +
      `macOS: brew install ${brew} (and add its bin to PATH); Fedora: dnf install ${fedora}`,
  );
}

async function install(
  find: () => Promise<string | undefined>,
  recipe: Recipe,
): Promise<string | undefined> {
  if (Deno.uid() !== 0 || !inPath("apt-get")) return undefined;
  // One at a time: test files run side by side, and apt-get refuses company.
  using lock = await Deno.open("/run/patter-apt-get.lock", { create: true, write: true });
  await lock.lock(true);
  const found = await find();
  if (found) return found;
  await aptGet("update");
  await aptGet("install", "-y", "--no-install-recommends", recipe.package);
  return await find();
}

async function aptGet(...args: string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const { success, stderr } = await new Deno.Command("apt-get", { args, env }).output();
  if (success) return;
  throw new Error(`apt-get ${args.join(" ")} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

async function findPostgres(): Promise<string | undefined> {
  for (const folder of [...pathFolders(), ...debianPostgresFolders()]) {
    if (!isFile(`${folder}/postgres`) || !isFile(`${folder}/initdb`)) continue;
    const version = await output(`${folder}/postgres`, "--version");
    if (Number(version?.match(/\d+/)?.[0]) >= postgresVersionMin) return folder;
  }
  return undefined;
}

/** Debian keeps versions side by side and out of PATH; the newest comes first. */
function debianPostgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  try {
    const versions = [...Deno.readDirSync(root)].map((entry) => Number(entry.name));
    return versions.filter(Number.isFinite).sort((a, b) => b - a).map((v) => `${root}/${v}/bin`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function findRedis(): Promise<string | undefined> {
  return Promise.resolve(inPath("redis-server"));
}

function inPath(program: string): string | undefined {
  return pathFolders().map((folder) => `${folder}/${program}`).find(isFile);
}

function pathFolders(): string[] {
  return (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // Not there, or not ours to see: no use either way.
  }
}

async function output(program: string, ...args: string[]): Promise<string | undefined> {
  const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}
