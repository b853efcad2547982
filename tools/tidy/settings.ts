/** `.env.example` lists the settings that config.ts reads, all of them and no others. */
import { type Finding, findingAt } from "../house/finding.ts";
import type { TextFile, Tree } from "../house/source.ts";

/** Settings that stand in one of the two files only. */
export function unlistedSettings({ files }: Tree): Finding[] {
  const config = files.find(({ path }) => path === "config.ts");
  if (!config) return [];
  const example = files.find(({ path }) => path === ".env.example") ??
    { path: ".env.example", text: "" };
  const read = settingsIn(config);
  const listed = new Map(
    [...example.text.matchAll(/^(?:#\s*)?([A-Z][A-Z0-9_]+)=/gm)].map((
      { 1: name = "", index },
    ) => [name, index]),
  );
  if (!read) return [findingAt(config, 0, "has no `export const settings = {`")];
  return [
    ...missing(read, listed).map(([name, at]) =>
      findingAt(config, at, `${name} is not in .env.example`)
    ),
    ...missing(listed, read).map(([name, at]) =>
      findingAt(example, at, `${name} is not in config.ts`)
    ),
  ];
}

/** The names in the table of settings, each on a line such as `  PORT: {`. */
function settingsIn({ text }: TextFile): Map<string, number> | undefined {
  const table = /^export const settings\b[^]*?^\}/m.exec(text);
  return table
    ? new Map([...table[0].matchAll(/^\s+([A-Z][A-Z0-9_]+): \{/gm)]
      .map(({ 0: line, 1: name = "", index }) => [name, table.index + index + line.search(/\S/)]))
    : undefined;
}

function missing(names: Map<string, number>, from: Map<string, number>): [string, number][] {
  return [...names].filter(([name]) => !from.has(name));
}
