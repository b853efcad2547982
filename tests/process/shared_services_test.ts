/** Servers as users run them, with the permissions of `deno task start`, on the services that instances share. */
import { strict as assert } from "node:assert";
import { databaseKind } from "../support/database.ts";
import { makeHome, runToEnd, startServer } from "../support/server_process.ts";
import { busSecret, onRedis, onSecuredRedis, onUpstash } from "../support/shared_services.ts";
import { until } from "../support/waiting.ts";

const kinds = [
  { name: "Redis", part: "redis", open: () => onRedis() },
  { name: "Redis by TLS, as a user with few rights", part: "redis", open: onSecuredRedis },
  { name: "Upstash", part: "upstash", open: onUpstash },
];

for (const { name, part, open } of kinds) {
  Deno.test(`a server starts on ${name}, says that it is away, and that it is back`, async () => {
    await using service = await open();
    await using home = await makeHome();
    const env = { ...home.env, ...service.settings };
    await using server = await startServer({ folder: home.folder, env });
    const says = (status: string, state: string) =>
      until(`/readyz says ${status}`, async () => {
        const answer = await server.site.ask<unknown>("GET", "/readyz");
        assert.equal(answer.status, 200);
        return JSON.stringify(answer.body) ===
          JSON.stringify({ status, parts: { [part]: state } });
      }, 30_000);
    const { ana, bo, id } = await server.site.pair();
    await using clients = new AsyncDisposableStack();
    for (const person of [ana, bo]) {
      const client = await person.connect();
      clients.defer(() => client.close());
    }
    await says("ok", "up");
    await service.server.kill();
    await ana.says("while it is away", id);
    await says("degraded", "down");
    await service.server.start();
    await says("ok", "up");
    const lines = server.process.lines.filter(({ level }) =>
      level === "error" || level === "ERROR"
    );
    assert.deepEqual(lines, []);
    const text = server.process.stdout + server.process.stderr;
    for (const secret of [busSecret, "p%40ss", "p%2540ss", "a token of the tests"]) {
      assert.equal(text.includes(secret), false, "no secret is logged");
    }
  });
}

Deno.test("a server with Redis and no secret does not start", async () => {
  await using home = await makeHome();
  const env = { ...home.env, REDIS_URL: "redis://127.0.0.1:1" };
  const { code, stderr } = await runToEnd({ folder: home.folder, env });
  assert.equal(code, 78);
  assert.match(stderr, /^BUS_SECRET: required with REDIS_URL/);
});

if (databaseKind === "postgres") {
  Deno.test("two processes on one Postgres and one Redis are one chat", async () => {
    await using service = await onRedis();
    await using home = await makeHome();
    const env = { ...home.env, ...service.settings };
    await using one = await startServer({ folder: home.folder, env });
    await using other = await startServer({ folder: home.folder, env });
    const { ana, bo, id } = await one.site.pair();
    const there = await bo.connect(other.site);
    await ana.says("hello over there", id);
    const { messages } = await there.next("changes");
    assert.deepEqual(messages[0]?.body, { text: "hello over there" });
    await there.close();
  });
}
