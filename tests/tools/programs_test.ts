/** tools/tidy.ts and tools/layers.ts as they are run: what they print and how they exit. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

async function run(program: string, files: Record<string, string>) {
  const folder = await Deno.makeTempDir({ prefix: "patter_house_" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    const args = ["run", "--allow-read", join(root, "tools", `${program}.ts`)];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: folder })
      .output();
    return { code, stdout: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const inOrder = {
  ".gitignore": "node_modules/\n",
  "main.ts": `/** Starts. */\nimport "./app.ts";\n`,
  "app.ts": "/** Composes. */\n",
  "node_modules/a/utils.ts": "let a: any;\n",
};

for (const program of ["tidy", "layers"]) {
  Deno.test(`${program} says how many files are in order and succeeds`, async () => {
    const { code, stdout } = await run(program, inOrder);
    assert.equal(stdout, `${program}: 2 files in order\n`);
    assert.equal(code, 0);
  });
}

Deno.test("tidy prints a line for each finding, in the order of the files, and fails", async () => {
  const files = { ...inOrder, "app.ts": "\nlet a: any;\n", "main.ts": `import "./app.ts";\n` };
  const { code, stdout } = await run("tidy", files);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    "app.ts:1: opens with no `/** ... */` on what it is for",
    "app.ts:2: `any` turns the types off: use `unknown` and narrow it",
    "main.ts:1: opens with no `/** ... */` on what it is for",
  ]);
  assert.equal(code, 1);
});

Deno.test("layers prints a line for each finding and fails", async () => {
  const { code, stdout } = await run("layers", { ...inOrder, "db/a.ts": `import "../app.ts";\n` });
  assert.equal(stdout, "db/a.ts:1: db may not import app.ts\n");
  assert.equal(code, 1);
});
