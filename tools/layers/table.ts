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
  "config.ts": { may: ["schemas"] },
  "errors.ts": { may: ["schemas"] },
  schemas: { may: [] },
  db: { may: ["schemas", "errors.ts"], types: ["config.ts"] },
  domain: { may: ["db", "schemas", "errors.ts"], types: ["telemetry", "config.ts"] },
  middleware: { may: ["domain", "schemas", "errors.ts", "telemetry"], types: ["config.ts"] },
  routes: { may: ["middleware", "domain", "schemas", "errors.ts"], types: ["config.ts"] },
  realtime: { may: ["domain", "schemas", "errors.ts", "telemetry"], types: ["config.ts"] },
  adapters: { may: ["schemas", "errors.ts"], types: ["domain/app.ts", "config.ts"] },
  telemetry: { may: ["schemas", "errors.ts"], types: ["config.ts"] },
  client: { may: [], types: ["schemas"] },
  web: { may: ["client"] },
  examples: { may: [] },
  tools: { may: [EVERYTHING] },
  tests: { may: [EVERYTHING] },
  bench: { may: [EVERYTHING] },
};
