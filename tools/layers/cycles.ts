/** No file needs itself: imports at run time form no ring. */
import { type Finding, findingAt } from "../house/finding.ts";
import { importsOf, targetOf } from "../house/imports.ts";
import type { Source, Tree } from "../house/source.ts";

/** Rings of imports, each once, at the import that closes it. */
export function importCycles({ sources }: Tree): Finding[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const findings: Finding[] = [];
  const done = new Set<string>();

  function visit(source: Source, trail: readonly string[]): void {
    const path = [...trail, source.path];
    for (const { target, offset } of edgesOf(source)) {
      const from = path.indexOf(target);
      if (from >= 0) {
        const ring = [...path.slice(from), target].join(" → ");
        findings.push(findingAt(source, offset, `import cycle: ${ring}`));
      } else if (!done.has(target) && byPath.has(target)) visit(byPath.get(target)!, path);
    }
    done.add(source.path);
  }

  for (const source of sources) if (!done.has(source.path)) visit(source, []);
  return findings;
}

function edgesOf(source: Source): { target: string; offset: number }[] {
  return importsOf(source).filter(({ typeOnly }) => !typeOnly).flatMap(({ specifier, offset }) => {
    const target = targetOf(source, specifier);
    return target ? [{ target, offset }] : [];
  });
}
