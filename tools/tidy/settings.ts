/** `.env.example` lists the settings that config.ts reads, all of them and no others. */
import { type Finding, findingAt } from "../house/finding.ts";
import type { TextFile, Tree } from "../house/source.ts";

/** Where each name stands. */
type Names = ReadonlyMap<string, number>;

/** Settings that stand in one of the two files only. */
export function unlistedSettings({ files }: Tree): Finding[] {
  const config = files.find(({ path }) => path === "config.ts");
  if (!config) return [];
  const table = /^export const settings\b[^]*?^\}/m.exec(config.text);
  if (!table) return [findingAt(config, 0, "has no `export const settings = {`")];
  const nothing: TextFile = { path: ".env.example", text: "" };
  const example = files.find(({ path }) => path === nothing.path) ?? nothing;
  const read = namesIn(table[0], /^\s+([A-Z][A-Z0-9_]+): \{/gm, table.index);
  const listed = namesIn(example.text, /^(?:#\s*)?([A-Z][A-Z0-9_]+)=/gm);
  return [...missing(config, read, listed), ...missing(example, listed, read)];
}

function namesIn(text: string, pattern: RegExp, offset = 0): Names {
  return new Map(
    [...text.matchAll(pattern)].map(({ 0: line, 1: name = "", index }) => [
      name,
      offset + index + line.indexOf(name),
    ]),
  );
}

function missing(file: TextFile, names: Names, others: Names): Finding[] {
  const counterpart = file.path === "config.ts" ? ".env.example" : "config.ts";
  return [...names].filter(([name]) => !others.has(name))
    .map(([name, offset]) => findingAt(file, offset, `${name} is not in ${counterpart}`));
}
