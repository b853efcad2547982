/** What only one place may do: print, read the environment, upgrade sockets, hold the token library. */
import { type Finding, findingAt, findingsOf } from "../house/finding.ts";
import { importsOf } from "../house/imports.ts";
import { liesIn, type Tree } from "../house/source.ts";

interface Privilege {
  readonly pattern: RegExp;
  readonly message: string;
  readonly mayUse: (path: string) => boolean;
}

const privileges: readonly Privilege[] = [
  {
    pattern: /(?<![\w$])console\s*\./g,
    message: "only telemetry/ prints: log it instead",
    mayUse: (path) => liesIn(path, ["telemetry"]),
  },
  {
    pattern: /(?<![\w$])(?:Deno|process)\s*\??\.\s*env\b/g,
    message: "only config.ts reads the environment",
    mayUse: (path) => path === "config.ts" || liesIn(path, ["tools", "tests", "bench", "examples"]),
  },
  {
    pattern: /\bupgradeWebSocket\b/g,
    message: "only realtime/handshake.ts upgrades sockets",
    mayUse: (path) => path === "realtime/handshake.ts" || liesIn(path, ["tests", "bench"]),
  },
];

/** Uses of a privilege by files that do not have it. */
export function misplacedPrivileges({ sources }: Tree): Finding[] {
  return privileges.flatMap(({ pattern, message, mayUse }) =>
    sources.filter(({ path }) => !mayUse(path))
      .flatMap((source) => findingsOf(source, { view: source.code, pattern, message }))
  );
}

/** Imports of jose outside of domain/tokens.ts. */
export function misplacedTokens({ sources }: Tree): Finding[] {
  return sources
    .filter(({ path }) => path !== "domain/tokens.ts" && !liesIn(path, ["tests", "tools", "bench"]))
    .flatMap((source) =>
      importsOf(source)
        .filter(({ specifier }) => /^jose(?:\/|$)/.test(specifier))
        .map(({ offset }) => findingAt(source, offset, "only domain/tokens.ts imports jose"))
    );
}
