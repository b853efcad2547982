/** The house rules that no reader can be asked to remember, checked over the whole tree. */
import { report, type Rule } from "./house/finding.ts";
import { readTree } from "./house/tree.ts";
import { strayPackages, unusedPackages } from "./tidy/dependencies.ts";
import { missingDocstrings, missingOpenings } from "./tidy/docstrings.ts";
import { anyTypes, putOff, silencers } from "./tidy/escapes.ts";
import { emptyNames } from "./tidy/names.ts";
import { unlistedSettings } from "./tidy/settings.ts";
import { misplacedPrivileges, misplacedTokens } from "./tidy/single_places.ts";
import { longFiles, longFunctions } from "./tidy/sizes.ts";
import { machineTraces } from "./tidy/traces.ts";
import { unusedFiles } from "./tidy/unused_files.ts";

const rules: readonly Rule[] = [
  longFiles,
  longFunctions,
  emptyNames,
  anyTypes,
  silencers,
  putOff,
  misplacedPrivileges,
  misplacedTokens,
  unusedFiles,
  unusedPackages,
  strayPackages,
  missingOpenings,
  missingDocstrings,
  unlistedSettings,
  machineTraces,
];

const tree = await readTree();
report("tidy", rules.flatMap((rule) => rule(tree)), tree.sources.length);
