/** Imports point one way: down the table of layers. */
import { type Finding, findingAt } from "../house/finding.ts";
import { importsOf, targetOf } from "../house/imports.ts";
import type { Source, Tree } from "../house/source.ts";
import { EVERYTHING, type Layer, layers } from "./table.ts";

/** Imports between places that the table does not allow, and places that it does not have. */
export function wrongDirections({ sources }: Tree): Finding[] {
  return sources.flatMap((source) => {
    const place = placeOf(source.path);
    const layer = layers[place];
    if (!layer) return [findingAt(source, 0, `${place} has no row in tools/layers/table.ts`)];
    return wrongImports(source, { place, layer });
  });
}

function wrongImports(
  source: Source,
  { place, layer }: { place: string; layer: Layer },
): Finding[] {
  return importsOf(source).flatMap(({ specifier, typeOnly, offset }) => {
    const target = targetOf(source, specifier);
    if (!target || placeOf(target) === place || covers(layer.may, target)) return [];
    const asType = covers(layer.types ?? [], target);
    if (asType && typeOnly) return [];
    const rule = asType
      ? `may import ${target} only with \`import type\``
      : `may not import ${target}`;
    return [findingAt(source, offset, `${place} ${rule}`)];
  });
}

/** The row of a path: its first folder, or the file itself at the root. */
function placeOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function covers(entries: readonly string[], target: string): boolean {
  return entries.some((entry) =>
    entry === EVERYTHING || entry === target || target.startsWith(`${entry}/`)
  );
}
