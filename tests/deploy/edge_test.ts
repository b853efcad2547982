/** At the edge: no disk and no permission but net and env, everything kept by services. */
import { strict as assert } from "node:assert";
import type { MessagePage } from "../../schemas/messages.ts";
import { databaseKind } from "../support/database.ts";
import { buildPages } from "../support/pages.ts";
import { type Home, makeHome, startServer } from "../support/server_process.ts";
import { onUpstash } from "../support/shared_services.ts";
import { metadata, tus } from "../support/uploads.ts";
import { test } from "../support/world.ts";

const args = ["run", "--no-prompt", "--allow-net", "--allow-env", "main.ts"];

await buildPages();
const upstash = databaseKind === "postgres" ? await onUpstash() : null;
Deno.test.afterAll(async () => await upstash?.[Symbol.asyncDispose]());

/** What a server at the edge is configured with, all services that it has beside its database. */
function edge({ folder, env }: Home) {
  return { folder, args, env: { ...env, ...upstash?.settings } };
}

async function begin(home: Home) {
  await using server = await startServer(edge(home));
  return { ana: await server.site.person("ana") };
}

if (upstash !== null) {
  test("with --allow-net and --allow-env alone a server on an empty Postgres is a whole chat", async () => {
    await using home = await makeHome();
    await using server = await startServer(edge(home));
    const { ana, bo, id } = await server.site.pair();
    const [live, listening] = [await ana.connect(), await bo.connect()];
    const params = { conversationId: id, clientId: "1", kind: "text", body: { text: "hello" } };
    const { seq } = await live.call("message.send", params);
    await listening.next("changes", ({ messages }) => messages.some((one) => one.seq === seq));
    const path = `/v1/conversations/${id}/messages`;
    const { items } = await bo.do<MessagePage>("GET", path);
    assert.deepEqual(items.map(({ body }) => body), [{ text: "hello" }]);
    const ready = await server.site.ask("GET", "/readyz");
    assert.deepEqual([ready.status, ready.body], [200, { status: "ok", parts: { upstash: "up" } }]);
    const page = await fetch(server.site.url);
    assert.match(
      await page.text(),
      /<title>Patter<\/title>/,
      "The application needs no disk either",
    );
    assert.equal(server.process.stderr, "");
    assert.throws(() => Deno.statSync(home.folder.data), Deno.errors.NotFound);
  });

  test("a server that starts anew at the edge knows the tokens of the one before", async () => {
    await using home = await makeHome();
    const { ana } = await begin(home);
    await using server = await startServer(edge(home));
    const authorization = `Bearer ${ana.session.accessToken}`;
    const { status } = await server.site.ask("GET", "/v1/users/me", undefined, { authorization });
    assert.equal(status, 200);
  });

  test("without a place for them uploads are refused before they begin, and the log says so", async () => {
    await using home = await makeHome();
    await using server = await startServer(edge(home));
    const ana = await server.site.person("ana");
    const headers = { "upload-length": "5", "upload-metadata": metadata({ filename: "a.txt" }) };
    const { status, problem } = await tus(ana, "POST", "/v1/uploads", { headers });
    assert.deepEqual([status, problem?.code], [503, "unavailable"]);
    assert.match(problem!.detail!, /no place for attachments/);
    await server.process.logged("no attachments: DATA_DIR cannot be written to");
  });
}
