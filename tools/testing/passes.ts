/** Splits a test run into a pass on PGlite with everything, and one on Postgres with the rest. */

/** One run of `deno test`. */
export interface TestPass {
  database: "pglite" | "postgres";
  /** What follows `deno test`. */
  args: string[];
}

/** Folders whose tests touch no database, or try what lies before it: once is enough. */
const once = [
  "tests/tools",
  "tests/client",
  "tests/schemas",
  "tests/unit",
  "tests/adapters",
  "tests/browser",
  "tests/web",
];
const always = ["test", "-A", "--parallel"];

/**
 * The passes for what was asked: flags go to both passes as they are, paths in place of `tests`.
 * `isPath` tells paths from the values of flags.
 */
export function passesFor(asked: string[], isPath: (word: string) => boolean): TestPass[] {
  const paths = asked.filter(isPath);
  const flags = asked.filter((word) => !isPath(word));
  const onPglite = [...always, ...flags, ...(paths.length > 0 ? paths : ["tests"])];
  const repeated = paths.filter((path) => !runsOnce(path));
  if (paths.length > 0 && repeated.length === 0) return [{ database: "pglite", args: onPglite }];
  const onPostgres = [...always, "--no-check", `--ignore=${once.join(",")}`, ...flags];
  onPostgres.push(...(paths.length > 0 ? repeated : ["tests"]));
  return [{ database: "pglite", args: onPglite }, { database: "postgres", args: onPostgres }];
}

function runsOnce(path: string): boolean {
  const plain = path.replace(/^\.\//, "").replace(/\/$/, "");
  return once.some((folder) => plain === folder || plain.startsWith(`${folder}/`));
}
