/** The package as its users get it: small, whole, and typed without what it was made of. */
import { strict as assert } from "node:assert";
import ts from "typescript";
import { buildClient, gzippedBytes, inner } from "../../tools/client/bundle.ts";
import { messagesOf } from "../../tools/client/declarations.ts";
import { FakeServer, sessionOf } from "./fake_server.ts";
import { test } from "./stage.ts";
import { until } from "../support/waiting.ts";

const root = new URL("../..", import.meta.url).pathname;
const folder = Deno.makeTempDirSync({ prefix: "patter_client_" });
const home = `${folder}/node_modules/@patter/client`;
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
let built: Promise<void> | undefined;

/** Builds it once for all tests. */
function build(): Promise<void> {
  return built ??= Deno.mkdir(home, { recursive: true }).then(() => buildClient(root, home));
}

/** What the compiler says to a user who has the package and nothing else. */
async function faultsOf(text: string): Promise<string[]> {
  await build();
  const path = `${folder}/user.ts`;
  await Deno.writeTextFile(path, text);
  const program = ts.createProgram([path], {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
  });
  return messagesOf(ts.getPreEmitDiagnostics(program));
}

const uses = `
import { createClient, type Message, PatterError, signIn } from "@patter/client";

const url = "https://chat.example";
const session = await signIn({ url }, { username: "ana", password: "correct horse 1" });
const client = createClient({ url, session });
client.on("message", ({ conversationId, message }) => {
  const { from, body }: Message = message;
  if (from !== client.userId) client.send(conversationId, { kind: "text", body: { text: String(body) } });
});
client.on("friend.added", ({ user }) => user.nickname.toUpperCase());
client.on("state", ({ state }) => state === "waiting");
client.start();
const { items } = await client.request("conversation.list", { limit: 10 });
const count: number = items[0]!.my.unreadCount;
try {
  await client.upload(new Blob(["x"])).done;
} catch (error) {
  if (error instanceof PatterError && error.code === "tooLarge") throw new Error(\`\${count}\`);
}
`;

test("the module is at most 12 KiB, minified and compressed", async () => {
  await build();
  const bytes = await gzippedBytes(`${home}/mod.js`);
  assert.ok(bytes <= 12 * 1_024, `${bytes} bytes`);
});

test("the names that the module shortens are neither the server's nor the application's", async () => {
  const files = [
    "docs/client.md",
    ...[...Deno.readDirSync(`${root}schemas`)].map(({ name }) => `schemas/${name}`),
  ];
  for (const file of files) {
    const words = (await Deno.readTextFile(root + file)).match(/\w+/g);
    assert.deepEqual(inner.filter((name) => words?.includes(name)), [], file);
  }
});

test("the module depends on nothing, and runs under a strict content security policy", async () => {
  await build();
  const text = await Deno.readTextFile(`${home}/mod.js`);
  assert.doesNotMatch(
    text,
    /\bimport\s*[("'{*]|\brequire\s*\(|\beval\s*\(|\bnew Function\b|innerHTML/,
  );
  const { dependencies, peerDependencies } = JSON.parse(
    await Deno.readTextFile(`${home}/package.json`),
  );
  assert.deepEqual([dependencies, peerDependencies], [undefined, undefined]);
});

test("the module works", async () => {
  await build();
  await using server = new FakeServer();
  const { createClient }: typeof import("../../client/mod.ts") = await import(
    `file://${home}/mod.js`
  );
  const client = createClient({ url: server.url, session: sessionOf() });
  client.start();
  await until("it is synced", () => client.isSynced);
  client.stop();
});

test("its types are enough for a user who has neither the schemas nor zod", async () => {
  assert.deepEqual(await faultsOf(uses), []);
});

test("its types say what is wrong", async () => {
  const wrongs = [
    ['kind: "text", body: { text: String(body) }', 'kind: "text", body: { texts: "" }'],
    ["items[0]!.my.unreadCount", "items[0]!.my.unread"],
    ['"conversation.list", { limit: 10 }', '"conversation.list", { limit: "10" }'],
    ['error.code === "tooLarge"', 'error.code === "tooLong"'],
    ["user.nickname.toUpperCase()", "user.phone"],
  ];
  let text = uses;
  for (const [right, wrong] of wrongs) {
    assert.ok(text.includes(right!), right!);
    text = text.replace(right!, wrong!);
  }
  const faults = await faultsOf(text);
  assert.equal(faults.length, wrongs.length, faults.join("\n"));
});
