/** Origins of sites, one a line. */

/** What was written, without empty lines and repetitions; a path that was copied along is cut off. */
export function originsIn(written: string): string[] {
  const lines = written.split(/\s+/).filter((line) => line !== "");
  return [...new Set(lines.map((line) => isWeb(line) ? new URL(line).origin : line))];
}

function isWeb(line: string): boolean {
  return /^https?:\/\//i.test(line) && URL.canParse(line);
}

/** The first that the server would not take: `http:` is for this machine alone. */
export function strayOrigin(origins: readonly string[]): string | undefined {
  const isLocal = (origin: string) => ["localhost", "127.0.0.1"].includes(new URL(origin).hostname);
  return origins.find((origin) => !isWeb(origin) || origin.startsWith("http:") && !isLocal(origin));
}
