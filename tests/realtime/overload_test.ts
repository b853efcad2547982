/** An instance whose loop is behind: what it leaves undone, what it refuses, and that messages go on. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import type { Problem } from "../../errors.ts";
import type { NoteDelay } from "../../telemetry/loop_delay.ts";
import { say } from "../support/chatter.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { asksFor } from "../support/searching.ts";
import { until } from "../support/waiting.ts";
import { type Answer, assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();

/** An instance whose measure is ours. */
async function measured() {
  let note: NoteDelay = () => {};
  const server = await world.instance({ OVERLOAD_DELAY_MS: "100" }, {
    watchLoop: (given) => {
      note = given;
      return () => {};
    },
  });
  const behind = (delayMs: number, intervals: number) => {
    for (let sample = 0; sample < 3 * intervals; sample++) note(delayMs, 200);
  };
  return { server, behind, ...await server.pair() };
}

function exportsOf(person: Person, id: string): Promise<Response> {
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  return fetch(`${person.at.url}/v1/conversations/${id}/export?format=jsonl`, { headers });
}

function assertOverloaded(answer: Answer<unknown>): void {
  assertRefused(answer, 503, "overloaded");
  assert.ok((answer.body as Problem).retryAfterMs! >= 1_000);
  assert.ok(Number(answer.headers.get("retry-after")) >= 1);
}

test("new connections are refused first, and typing is told to nobody", async () => {
  const { server, behind, ana, bo, id } = await measured();
  const [here, there] = [await ana.connect(), await bo.connect()];
  behind(150, 1);
  assertOverloaded(await ana.ask("GET", "/v1/ws"));
  const headers = { authorization: `Bearer ${ana.session.accessToken}` };
  const { socket, answer } = await RawSocket.ask(server.url, { headers });
  socket.cut();
  assert.equal(answer.status, 503);
  assert.deepEqual(
    await here.call("conversation.typing", { conversationId: id, typing: true }),
    {},
  );
  await say(here, id, "but this is");
  await there.sees("but this is");
  assert.deepEqual(there.all("conversation.typing"), []);
  assert.equal((await asksFor(ana, "this")).status, 200);
  // To turn work away is no fault that somebody should look into.
  assert.deepEqual(server.log.lines.filter(({ level }) => level === "error"), []);
});

test("then presence is told to nobody; afterwards, how everybody is by then", async () => {
  const { server, behind, ana, bo } = await measured();
  const [here, there] = [await ana.connect(), await bo.connect()];
  const online = ({ presences }: { presences: readonly { online: boolean }[] }) =>
    presences.map((presence) => presence.online);
  const isSeen = async () => {
    const { items } = await ana.do<{ items: { online: boolean }[] }>("GET", "/v1/friends");
    return items[0]!.online;
  };
  assert.deepEqual(online(await here.call("presence.watch", { userIds: [bo.id] })), [true]);
  behind(150, 2);
  const again = await here.call("presence.watch", { userIds: [bo.id] }).catch((error) => error);
  assert.equal(again.problem?.code, "overloaded");
  await there.call("presence.set", { status: "invisible" });
  assert.equal(await isSeen(), false);
  server.patter.hub.heartbeat.tick();
  await here.call("ping");
  assert.deepEqual(here.all("presence"), []);
  behind(0, 12);
  server.patter.hub.heartbeat.tick();
  assert.deepEqual(online(await here.next("presence")), [false]);
});

test("then searches, then exports; messages, history and reading never", async () => {
  const { behind, ana, bo, id } = await measured();
  const there = await bo.connect();
  await ana.says("found", id);
  behind(150, 3);
  assertOverloaded(await asksFor(ana, "found"));
  const response = await exportsOf(ana, id);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  behind(150, 1);
  assertOverloaded(await ana.ask("GET", `/v1/conversations/${id}/export?format=jsonl`));
  assertOverloaded(await ana.ask("GET", "/v1/users/me/export"));
  behind(150, 10);
  const { seq } = await ana.says("still sent", id);
  await there.sees("still sent");
  await say(there, id, "and over the socket");
  await bo.do("PUT", `/v1/conversations/${id}/read`, { seq });
  await bo.do("GET", `/v1/conversations/${id}/messages`);
});

test("when the loop has caught up all is as before", async () => {
  const { behind, ana, bo, id, server } = await measured();
  const [here, there] = [await ana.connect(), await bo.connect()];
  behind(150, 4);
  assertOverloaded(await ana.ask("GET", "/v1/ws"));
  behind(0, 8);
  assert.equal((await asksFor(ana, "anything")).status, 200);
  await ana.connect();
  await here.call("conversation.typing", { conversationId: id, typing: true });
  await there.next("conversation.typing");
  const levels = server.log.lines.filter(({ event }) => event === "load")
    .map(({ fields }) => fields.level);
  assert.deepEqual(levels, [1, 2, 3, 4, 3, 2, 1, 0]);
});

test("a loop that is really blocked again and again refuses a search and stores a message", async () => {
  const server = await world.instance({ OVERLOAD_DELAY_MS: "5" });
  const { ana, bo, id } = await server.pair();
  const [here, there] = [await ana.connect(), await bo.connect()];
  let isBlocking = true;
  const block = () => {
    const endsAt = performance.now() + 20;
    while (performance.now() < endsAt);
    if (isBlocking) setImmediate(block);
  };
  block();
  try {
    await until(
      "searches are refused",
      async () => (await asksFor(ana, "x")).status === 503,
      30_000,
    );
    await say(here, id, "sent all the same");
    await there.sees("sent all the same");
  } finally {
    isBlocking = false;
  }
  await until("searches are answered", async () => (await asksFor(ana, "x")).status === 200);
});
