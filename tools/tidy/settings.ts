/** `.env.example` lists the settings that config.ts and its tables hold, all of them and no others. */
import { type Finding, findingAt } from "../house/finding.ts";
import type { TextFile, Tree } from "../house/source.ts";

/** Where each name stands. */
type Names = ReadonlyMap<string, { readonly file: TextFile; readonly offset: number }>;

/** Settings that stand on one side only. */
export function unlistedSettings({ files }: Tree): Finding[] {
  const config = files.find(({ path }) => path === "config.ts");
  if (!config) return [];
  if (!/^export const settings\b/m.test(config.text)) {
    return [findingAt(config, 0, "has no `export const settings = {`")];
  }
  const nothing: TextFile = { path: ".env.example", text: "" };
  const example = files.find(({ path }) => path === nothing.path) ?? nothing;
  const tables = files.filter(({ path }) => /^config(?:_\w+)?\.ts$/.test(path));
  const held: Names = new Map(tables.flatMap(settingsIn));
  const listed: Names = new Map(namesIn(example, example.text, /^(?:#\s*)?([A-Z][A-Z0-9_]+)=/gm));
  return [...missing(held, listed, ".env.example"), ...missing(listed, held, "config.ts")];
}

function settingsIn(file: TextFile) {
  const tables = [...file.text.matchAll(/^export const (?:settings|\w+Settings)\b[^]*?^\}/gm)];
  return tables.flatMap(({ 0: text, index }) =>
    namesIn(file, text, /^\s+([A-Z][A-Z0-9_]+): \{/gm, index)
  );
}

function namesIn(file: TextFile, text: string, pattern: RegExp, offset = 0) {
  return [...text.matchAll(pattern)].map(({ 0: line, 1: name = "", index }) =>
    [name, { file, offset: offset + index + line.indexOf(name) }] as const
  );
}

function missing(names: Names, others: Names, counterpart: string): Finding[] {
  return [...names].filter(([name]) => !others.has(name))
    .map(([name, { file, offset }]) => findingAt(file, offset, `${name} is not in ${counterpart}`));
}
