/** Shutting down: SIGTERM lets everyone go in good order, and nothing that was asked stays unanswered. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Problem } from "../../errors.ts";
import { textOf } from "../support/chat.ts";
import { CallFailed, Client } from "../support/client.ts";
import { databaseKind } from "../support/database.ts";
import { makeHome, startServer } from "../support/server_process.ts";
import { within } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const long = { DRAIN_MS: "600000" };

function send(client: Client, conversationId: string, text: string) {
  const clientId = crypto.randomUUID();
  return client.call("message.send", { conversationId, clientId, kind: "text", body: { text } });
}

async function isRefused(act: Promise<unknown>, code: string): Promise<boolean> {
  const error = await act.then(() => null, (error: unknown) => error);
  return error instanceof CallFailed && error.problem.code === code;
}

test("SIGTERM: readiness ends, connections are told and closed with 4001, the exit is 0", async () => {
  await using home = await makeHome();
  const env = { ...home.env, DRAIN_MS: "500" };
  await using server = await startServer({ ...home, env });
  const { ana, bo } = await server.site.pair();
  const clients = [await ana.connect(), await bo.connect(), await bo.connect()];

  server.process.kill("SIGTERM");
  const told = await Promise.all(clients.map((client) => client.next("server.draining")));
  for (const { reconnectInMs } of told) assert.ok(reconnectInMs >= 0 && reconnectInMs <= 500);
  const { status, headers, body } = await server.site.ask<Problem>("GET", "/readyz");
  assert.deepEqual([status, body.code, headers.get("retry-after")], [503, "draining", "1"]);
  const refused = await ana.ask<Problem>("GET", "/v1/ws");
  assert.ok(refused.status === 426 || refused.body.code === "draining", JSON.stringify(refused));

  const ends = await within("all are closed", Promise.all(clients.map(({ closed }) => closed)));
  assert.deepEqual(
    ends.map(({ code, reason }) => [code, reason]),
    clients.map(() => [4001, "restarting"]),
  );
  assert.equal(await within("the process ends", server.process.ended), 0);
  assert.equal(server.process.stderr, "");
  assert.equal(server.process.lines.at(-1)?.message, "stopped");
});

test("sends in flight at SIGTERM are all stored and answered", async () => {
  await using home = await makeHome();
  const texts = Array.from({ length: 200 }, (_, place) => `in flight ${place}`);
  const answered = new Map<number, string>();
  await using first = await startServer(home);
  const { ana, id } = await first.site.pair();
  {
    const live = await ana.connect();
    const sends = texts.map((text) => send(live, id, text));
    // Its answer says that all before it have been taken; theirs come after a commit.
    await live.call("ping");
    first.process.kill("SIGTERM");
    for (const [place, { seq }] of (await Promise.all(sends)).entries()) {
      answered.set(seq, texts[place]!);
    }
    assert.equal((await live.closed).code, 4001);
    assert.equal(await first.process.ended, 0);
  }
  await using second = await startServer(home);
  const client = await Client.connect(second.site.url, ana.session.accessToken);
  const found = new Map<number, string>();
  for (const afterSeq of [0, 100]) {
    const page = await client.call("message.list", { conversationId: id, afterSeq, limit: 100 });
    for (const message of page.items) found.set(message.seq, textOf(message));
  }
  assert.equal(found.size, texts.length);
  assert.deepEqual(found, answered);
  await client.close();
});

test("a second SIGTERM ends a server at once that has long to drain", async () => {
  await using home = await makeHome();
  await using server = await startServer({ ...home, env: { ...home.env, ...long } });
  const { ana, bo } = await server.site.pair();
  const clients = [await ana.connect(), await bo.connect()];
  server.process.kill("SIGTERM");
  await Promise.all(clients.map((client) => client.next("server.draining")));
  server.process.kill("SIGTERM");
  assert.equal(await within("the process ends", server.process.ended), 0);
  for (const { closed } of clients) assert.equal((await closed).code, 4001);
});

test("a server without connections stops at once, however long it may drain", async () => {
  await using home = await makeHome();
  await using server = await startServer({ ...home, env: { ...home.env, ...long } });
  server.process.kill("SIGTERM");
  assert.equal(await within("the process ends", server.process.ended), 0);
});

test("SIGTERM to `deno task start` reaches the server, and its answers are awaited", async () => {
  await using home = await makeHome();
  const args = ["task", "start"];
  await using server = await startServer({ ...home, args, endSignal: "SIGTERM" });
  const { ana, id } = await server.site.pair();
  const live = await ana.connect();
  const sent = send(live, id, "before the end");
  await live.call("ping");
  server.process.kill("SIGTERM");
  assert.equal((await sent).seq, 1);
  assert.equal((await live.closed).code, 4001);
  assert.equal(await within("the task ends", server.process.ended), 0);
});

if (databaseKind === "postgres") {
  test("a send that waits for the database at SIGTERM is answered before its connection closes", async () => {
    await using home = await makeHome();
    await using server = await startServer({ ...home, env: { ...home.env, DRAIN_MS: "500" } });
    const { ana, id } = await server.site.pair();
    const live = await ana.connect();
    const sql = postgres(home.env["DATABASE_URL"]!, { max: 1 });
    let sent: Promise<unknown> | undefined;
    await sql.begin(async (tx) => {
      await tx`select 1 from conversations where id = ${id} for update`;
      sent = send(live, id, "it takes a while");
      // Answered after the send has been taken: so that is under way.
      await live.call("ping");
      server.process.kill("SIGTERM");
      await live.next("server.draining");
      assert.ok(await isRefused(send(live, id, "too late"), "draining"));
    });
    await sql.end();
    assert.equal((await sent as { seq: number }).seq, 1);
    assert.equal((await live.closed).code, 4001);
    assert.equal(await within("the process ends", server.process.ended), 0);
  });
}
