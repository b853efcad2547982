/** `/metrics`: numbers for a monitor that has the token, and for nobody else. */
import { strict as assert } from "node:assert";
import { assertRefused, type Instance, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const token = "a token of the monitor";
const server = await world.instance({ METRICS_TOKEN: token });

async function read(at: Instance, given: string): Promise<{ type: string; text: string }> {
  const response = await fetch(`${at.url}/metrics`, {
    headers: { authorization: `Bearer ${given}` },
  });
  assert.equal(response.status, 200);
  return { type: response.headers.get("content-type")!, text: await response.text() };
}

test("who has the token reads how many connections, users and rooms there are", async () => {
  const { ana, bo } = await server.pair();
  const clients = [await ana.connect(), await ana.connect(), await bo.connect()];
  const { type, text } = await read(server, token);
  assert.match(type, /^text\/plain/);
  assert.match(text, /^patter_connections 3$/m);
  assert.match(text, /^patter_users 2$/m);
  assert.match(text, /^patter_rooms 1$/m);
  assert.match(text, /^# HELP patter_load_level .+$/m);
  assert.match(text, /^patter_degraded 0$/m);
  for (const client of clients) await client.close();
});

test("without the token there are none, and where none is set there is no such thing", async () => {
  const ask = (at: Instance, headers = {}) => at.ask("GET", "/metrics", undefined, headers);
  assertRefused(await ask(server), 401, "tokenMissing");
  const wrong = { authorization: `Bearer ${token}!` };
  assertRefused(await ask(server, wrong), 401, "tokenInvalid");
  assertRefused(await ask(await world.instance(), { authorization: "Bearer " }), 404, "notFound");
});
