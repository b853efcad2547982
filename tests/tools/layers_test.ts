/** The rules of tools/layers.ts: who may import whom, and no rings. */
import assert from "node:assert/strict";
import { importCycles } from "../../tools/layers/cycles.ts";
import { wrongDirections } from "../../tools/layers/direction.ts";
import { findingsOn } from "./sample.ts";

/** Whether a file of `place` may import `target`, as a value and as a type. */
function mayImport(place: string, target: string): "value" | "type" | "nothing" {
  const path = place.endsWith(".ts") ? place : `${place}/sample.ts`;
  const to = `${path.includes("/") ? "../" : "./"}${target}`;
  const passes = (word: string) =>
    findingsOn({ [path]: `${word} { A } from "${to}";` }, wrongDirections).length === 0;
  return passes("import") ? "value" : passes("import type") ? "type" : "nothing";
}

// No files that exist: tidy takes a path in a string for a use of the file.
const targets = {
  routes: "routes/other.ts",
  middleware: "middleware/other.ts",
  realtime: "realtime/other.ts",
  domain: "domain/other.ts",
  ports: "domain/app.ts",
  db: "db/other.ts",
  schemas: "schemas/other.ts",
  telemetry: "telemetry/other.ts",
  adapters: "adapters/other.ts",
  client: "client/other.ts",
  web: "web/other.tsx",
  errors: "errors.ts",
  config: "config.ts",
  app: "app.ts",
  main: "main.ts",
};
type Target = keyof typeof targets;

/** What each place may import besides itself; all else is refused. */
const allowed: Record<string, { value: Target[]; type?: Target[] }> = {
  routes: {
    value: ["routes", "middleware", "domain", "ports", "schemas", "errors"],
    type: ["config"],
  },
  middleware: {
    value: ["middleware", "domain", "ports", "schemas", "errors", "telemetry"],
    type: ["config"],
  },
  realtime: {
    value: ["realtime", "domain", "ports", "schemas", "errors", "telemetry"],
    type: ["config"],
  },
  domain: { value: ["domain", "ports", "db", "schemas", "errors"], type: ["telemetry", "config"] },
  db: { value: ["db", "schemas", "errors"], type: ["config"] },
  adapters: { value: ["adapters", "schemas", "errors"], type: ["ports", "config"] },
  telemetry: { value: ["telemetry", "schemas", "errors"], type: ["config"] },
  schemas: { value: ["schemas"] },
  client: { value: ["client"], type: ["schemas", "errors"] },
  web: { value: ["web", "client"], type: ["schemas", "errors"] },
  examples: { value: ["client"] },
};

for (const [place, { value, type = [] }] of Object.entries(allowed)) {
  Deno.test(`${place} imports what its row allows and nothing else`, () => {
    for (const [name, path] of Object.entries(targets) as [Target, string][]) {
      const expected = value.includes(name) ? "value" : type.includes(name) ? "type" : "nothing";
      assert.equal(mayImport(place, path), expected, path);
    }
  });
}

Deno.test("main.ts, app.ts, tools, tests and bench import everything", () => {
  for (const place of ["main.ts", "app.ts", "tools", "tests", "bench"]) {
    for (const path of Object.values(targets)) assert.equal(mayImport(place, path), "value", path);
  }
});

Deno.test("a wrong import is reported at its line, with what is allowed instead", () => {
  const text = `import { z } from "zod";\nimport { rows } from "../db/b.ts";\n`;
  assert.deepEqual(findingsOn({ "routes/a.ts": text }, wrongDirections), [
    "routes/a.ts:2: routes may not import db/b.ts",
  ]);
  assert.deepEqual(
    findingsOn({ "db/b.ts": `export { port } from "../config.ts";` }, wrongDirections),
    ["db/b.ts:1: db may import config.ts only with `import type`"],
  );
});

Deno.test("a folder without a row in the table is reported", () => {
  assert.deepEqual(findingsOn({ "plugins/a.ts": "" }, wrongDirections), [
    "plugins/a.ts:1: plugins has no row in tools/layers/table.ts",
  ]);
});

Deno.test("a ring of imports is reported once, with its whole way", () => {
  const files = {
    "domain/a.ts": `import "./b.ts";`,
    "domain/b.ts": `\nimport "./c.ts";`,
    "domain/c.ts": `\n\nexport * from "./a.ts";`,
    "domain/d.ts": `import "./a.ts";`,
  };
  assert.deepEqual(findingsOn(files, importCycles), [
    "domain/c.ts:3: import cycle: domain/a.ts → domain/b.ts → domain/c.ts → domain/a.ts",
  ]);
});

Deno.test("two ways to one file and rings of types are no cycle", () => {
  const files = {
    "domain/a.ts": `import "./b.ts";\nimport "./c.ts";`,
    "domain/b.ts": `import "./c.ts";\nimport type { A } from "./a.ts";`,
    "domain/c.ts": `type A = import("./a.ts").A;`,
  };
  assert.deepEqual(findingsOn(files, importCycles), []);
});
