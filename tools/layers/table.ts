/** Who may import whom, as a table; tools/layers.ts holds the tree to it. */

/** What the files of one place may import; each entry is a folder or a file. */
export interface Layer {
  readonly may: readonly string[];
  /** Only with `import type`, which is gone at run time. */
  readonly types?: readonly string[];
}

/** Stands for every file of ours. */
export const EVERYTHING = "*";

/** A row for each folder and each file at the root; a folder always imports itself. */
export const layers: Readonly<Record<string, Layer>> = {
  "main.ts": { may: [EVERYTHING] },
  "app.ts": { may: [EVERYTHING] },
  "sharing.ts": { may: ["adapters", "realtime", "domain"], types: ["config.ts"] },
  "storage.ts": { may: ["adapters", "config.ts"], types: ["domain"] },
  "config.ts": {
    may: ["config_values.ts", "config_checks.ts", "config_database.ts", "config_limits.ts"],
  },
  "config_limits.ts": { may: ["config_values.ts"] },
  "config_checks.ts": { may: ["config_database.ts"], types: ["config.ts"] },
  "config_database.ts": { may: [] },
  "config_values.ts": { may: [] },
  "errors.ts": { may: ["schemas"] },
  schemas: { may: [] },
  db: { may: ["schemas", "errors.ts"], types: ["config.ts"] },
  domain: { may: ["db", "schemas", "errors.ts"], types: ["telemetry", "config.ts"] },
  middleware: { may: ["domain", "schemas", "errors.ts", "telemetry"], types: ["config.ts"] },
  routes: { may: ["middleware", "domain", "schemas", "errors.ts"], types: ["config.ts"] },
  realtime: { may: ["domain", "schemas", "errors.ts", "telemetry"], types: ["config.ts"] },
  // Written by tools/web: what browsers load.
  "dist/web.js": { may: [] },
  adapters: { may: ["schemas", "errors.ts", "dist/web.js"], types: ["domain/app.ts", "config.ts"] },
  telemetry: { may: ["schemas", "errors.ts"], types: ["config.ts"] },
  client: { may: [], types: ["schemas", "errors.ts"] },
  web: { may: ["client"], types: ["schemas", "errors.ts"] },
  examples: { may: ["client"] },
  tools: { may: [EVERYTHING] },
  tests: { may: [EVERYTHING] },
  bench: { may: [EVERYTHING] },
};
