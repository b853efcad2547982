/** The rules of tools/tidy.ts that look at the tree as a whole. */
import assert from "node:assert/strict";
import { strayPackages, unusedPackages } from "../../tools/tidy/dependencies.ts";
import { unlistedSettings } from "../../tools/tidy/settings.ts";
import { misplacedPrivileges, misplacedTokens } from "../../tools/tidy/single_places.ts";
import { machineTraces } from "../../tools/tidy/traces.ts";
import { unusedFiles } from "../../tools/tidy/unused_files.ts";
import { ignoredBy } from "../../tools/house/tree.ts";
import { findingsOn } from "./sample.ts";

Deno.test("only telemetry/ prints", () => {
  const text = "\nconsole.error(a);";
  assert.deepEqual(
    findingsOn({ "domain/a.ts": text, "telemetry/log.ts": text }, misplacedPrivileges),
    [
      "domain/a.ts:2: only telemetry/ prints: log it instead",
    ],
  );
});

Deno.test("only config.ts, and what is not the product, reads the environment", () => {
  const text = "Deno.env.get(a);\nprocess.env.A;";
  const files = { "db/a.ts": text, "config.ts": text, "tools/a.ts": text, "examples/a.ts": text };
  assert.deepEqual(findingsOn(files, misplacedPrivileges), [
    "db/a.ts:1: only config.ts reads the environment",
    "db/a.ts:2: only config.ts reads the environment",
  ]);
});

Deno.test("only realtime/handshake.ts upgrades sockets", () => {
  const text = "Deno.upgradeWebSocket(request);";
  const files = { "routes/a.ts": text, "realtime/handshake.ts": text, "bench/a.ts": text };
  assert.deepEqual(findingsOn(files, misplacedPrivileges), [
    "routes/a.ts:1: only realtime/handshake.ts upgrades sockets",
  ]);
});

Deno.test("only domain/tokens.ts imports jose", () => {
  const text = `import { jwtVerify } from "jose";`;
  const files = { "domain/auth.ts": text, "domain/tokens.ts": text, "tests/a_test.ts": text };
  assert.deepEqual(findingsOn(files, misplacedTokens), [
    "domain/auth.ts:1: only domain/tokens.ts imports jose",
  ]);
});

Deno.test("a file that nothing imports or starts is dead, whatever the manual says", () => {
  const files = { "domain/dead.ts": `import "./dead.ts";`, "README.md": "See domain/dead.ts." };
  assert.deepEqual(findingsOn(files, unusedFiles), [
    "domain/dead.ts:1: no other file imports or starts this one",
  ]);
});

Deno.test("a file lives when another imports it, names it in a string, or a task starts it", () => {
  const files = {
    "main.ts": `import type { A } from "./domain/a.ts";\nawait import("./domain/b.ts");`,
    "domain/a.ts": "",
    "domain/b.ts": "",
    "bench/run.ts": "new URL('./peer.ts', import.meta.url); run(`${root}/tests/faults/child.ts`);",
    "bench/peer.ts": "",
    "tests/faults/child.ts": "",
    "tests/deep/a_test.ts": "",
    "db/schema/users.ts": "",
    "examples/two_people.ts": "",
    "tools/keys.ts": "",
    "tools/ci.ts": "",
    "deno.json": `{ "tasks": { "keys": { "command": "deno run -A tools/keys.ts" } } }`,
    ".ci/run": "deno run -A tools/ci.ts",
  };
  assert.deepEqual(findingsOn(files, unusedFiles), []);
});

Deno.test("a package in deno.json that nothing uses is reported where it stands", () => {
  const manifest = `{\n  "imports": {\n    "hono": "npm:hono@1",\n    "zod": "npm:zod@4"\n  }\n}`;
  const files = { "deno.json": manifest, "a.ts": `import { cors } from "hono/cors";` };
  assert.deepEqual(findingsOn(files, unusedPackages), ["deno.json:4: no file imports zod"]);
});

Deno.test("a package counts as used when a task runs it or another needs it as its peer", () => {
  const manifest = {
    imports: {
      "drizzle-kit": "npm:drizzle-kit@1",
      "@hono/zod-validator": "npm:@hono/zod-validator@1",
    },
    tasks: { generate: { command: "deno run -A npm:drizzle-kit generate" } },
  };
  assert.deepEqual(findingsOn({ "deno.json": JSON.stringify(manifest) }, unusedPackages), []);
});

Deno.test("a package is imported by its name in deno.json", () => {
  const files = {
    "deno.json": `{ "imports": { "zod": "npm:zod@4" } }`,
    "a.ts": `import "zod/mini";\nimport "node:fs";\nimport "./b.ts";`,
    "b.ts": `import "zodiac";\nawait import("npm:zod@4");`,
  };
  assert.deepEqual(findingsOn(files, strayPackages), [
    "b.ts:1: zodiac is not pinned in the imports of deno.json",
    "b.ts:2: npm:zod@4 is not pinned in the imports of deno.json",
  ]);
});

Deno.test(".env.example and config.ts name the same settings", () => {
  const config =
    `const no = {\n  NO: {},\n};\nexport const settings = {\n  PORT: {\n    a: 1,\n  },\n  HOST: { a: 1 },\n};\n`;
  const both = { "config.ts": config, ".env.example": "# The port\n# PORT=8080\nHOST=\n" };
  assert.deepEqual(findingsOn(both, unlistedSettings), []);
  const apart = { ...both, ".env.example": "PORT=8080\n# DATA_DIR=./data\n" };
  assert.deepEqual(findingsOn(apart, unlistedSettings), [
    "config.ts:8: HOST is not in .env.example",
    ".env.example:2: DATA_DIR is not in config.ts",
  ]);
  const limits = "export const limitSettings = {\n  ROOMS_MAX: {},\n};\n";
  assert.deepEqual(findingsOn({ ...both, "config_limits.ts": limits }, unlistedSettings), [
    "config_limits.ts:2: ROOMS_MAX is not in .env.example",
  ]);
});

Deno.test("config.ts without its table of settings is reported", () => {
  assert.equal(findingsOn({ "config.ts": "export const a = 1;" }, unlistedSettings).length, 1);
});

Deno.test("no text names a folder or a host of the machine it was written on", () => {
  const folders = ["/wo" + "rk/", "/ro" + "ot/"];
  const hosts = ["registry." + "npmjs.org", "https://jsr" + ".io/x", "deb." + "debian.org"];
  for (const trace of [...folders, ...hosts]) {
    assert.equal(
      findingsOn({ "Dockerfile": `\nRUN ls ${trace}x` }, machineTraces).length,
      1,
      trace,
    );
  }
});

Deno.test("relative paths and addresses that look alike are no traces of a machine", () => {
  const text = `See ./${"work/"}a, docs/${"root/"}b and https://example.com/${"work/"}c.`;
  assert.deepEqual(findingsOn({ "README.md": text }, machineTraces), []);
});

Deno.test("ignored and generated paths are left out of the tree", () => {
  const ignored = ignoredBy("# made\nnode_modules/\n*.log\n.env\n/web/dist/\n");
  const out = [
    "data/",
    "web/node_modules/",
    "a/b.log",
    ".env",
    "web/dist/",
    "db/migrations/",
    ".git/",
  ];
  for (const path of out) assert.ok(ignored(path), path);
  const kept = [
    ".env.example",
    "database/",
    "docs/db/migrations/",
    "bench/dist/",
    "a.login",
    ".ci/",
  ];
  for (const path of kept) assert.ok(!ignored(path), path);
});
