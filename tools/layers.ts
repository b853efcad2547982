/** Who may import whom, checked over the whole tree; the table is in layers/table.ts. */
import { report } from "./house/finding.ts";
import { readTree } from "./house/tree.ts";
import { importCycles } from "./layers/cycles.ts";
import { wrongDirections } from "./layers/direction.ts";

const tree = await readTree();
report("layers", [...wrongDirections(tree), ...importCycles(tree)], tree.sources.length);
