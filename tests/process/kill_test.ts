/** `kill -9` in the middle of sends: what was acknowledged is there after the restart, once. */
import { strict as assert } from "node:assert";
import { Client } from "../support/client.ts";
import { Ledger, reckon, Sender, wholeHistory } from "../support/ledger.ts";
import { makeHome, startServer } from "../support/server_process.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const lives = 3;
const acknowledgedPerLife = 150;

test("every acknowledged message survives `kill -9`, once, and tokens stay valid", async () => {
  await using home = await makeHome();
  const people = await (async () => {
    await using server = await startServer(home);
    return await server.site.pair();
  })();
  const { ana, bo, id } = people;
  const ledgers = [ana, bo].map((person) => new Ledger(person, id));
  const acknowledged = () => ledgers.reduce((sum, ledger) => sum + ledger.acknowledged.size, 0);
  const connect = (url: string) =>
    Promise.all(ledgers.map(async (ledger) => {
      const client = await Client.connect(url, ledger.person.session.accessToken);
      await ledger.settle(client);
      return { ledger, client };
    }));

  for (let life = 1; life <= lives; life++) {
    await using server = await startServer(home);
    const connected = await connect(server.site.url);
    const enough = acknowledged() + acknowledgedPerLife;
    const senders = connected.flatMap(({ ledger, client }) =>
      Array.from({ length: 10 }, () => new Sender(() => ledger.bySocket(client)))
    );
    await until("enough is acknowledged", () => acknowledged() >= enough, 30_000);
    server.process.kill("SIGKILL");
    assert.equal(await server.process.ended, 137);
    await Promise.all(senders.map((sender) => sender.stop()));
  }

  assert.ok(ledgers.some(({ open }) => open.size > 0), "Nothing was in flight at the end");
  await using server = await startServer(home);
  const connected = await connect(server.site.url);
  reckon(await wholeHistory(bo, { site: server.site, id }), ledgers);
  for (const { client } of connected) await client.close();
});
