/** The upgrade: origin, token and limits are checked before there is a socket; refusals are plain answers. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import { RawSocket, type UpgradeAnswer, type UpgradeOptions } from "../support/raw_socket.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const allowed = "https://chat.example.org";
const server = await world.instance({ ALLOWED_ORIGINS: `https://other.example.org,${allowed}` });
const ana = await server.person("ana");
const token = () => ana.session.accessToken;
const bearer = () => ({ authorization: `Bearer ${token()}` });

/** What an upgrade is answered with, and what the same request without one is. */
async function both(options: UpgradeOptions): Promise<UpgradeAnswer[]> {
  const { headers = {}, path = "/v1/ws", protocols = [] } = options;
  const { socket, answer } = await RawSocket.ask(server.url, options);
  socket.cut();
  const offer = protocols.length === 0 ? {} : { "sec-websocket-protocol": protocols.join(", ") };
  const plain = await fetch(server.url + path, { headers: { ...headers, ...offer } });
  const { status } = plain;
  return [answer, { status, headers: plain.headers, body: await plain.text() }];
}

function assertRefusal(answer: UpgradeAnswer, status: number, code: string): void {
  const problem = JSON.parse(answer.body) as Problem;
  assert.deepEqual([answer.status, problem.status, problem.code], [status, status, code]);
  assert.match(answer.headers.get("content-type")!, /^application\/problem\+json/);
  assert.match(answer.headers.get("x-request-id")!, /^[0-9a-f-]{36}$/);
}

/** Both ways are refused alike: so a browser can learn why its socket failed. */
async function assertBothRefused(
  options: UpgradeOptions,
  status: number,
  code: string,
): Promise<void> {
  for (const answer of await both(options)) assertRefusal(answer, status, code);
}

async function assertBothAccepted(options: UpgradeOptions): Promise<void> {
  const [upgraded, plain] = await both(options);
  assert.equal(upgraded!.status, 101, upgraded!.body);
  assertRefusal(plain!, 426, "upgradeRequired");
}

async function assertNobodyIsThere(): Promise<void> {
  await until("all places are given back", () => server.patter.admission.count === 0);
  const { users, rooms, beating } = server.patter.hub.sizes;
  assert.deepEqual({ users, rooms, beating }, { users: 0, rooms: 0, beating: 0 });
}

test("programs send no Origin, pages of this host and of allowed ones may connect", async () => {
  await assertBothAccepted({ headers: bearer() });
  for (const origin of [allowed, "https://other.example.org", server.url]) {
    await assertBothAccepted({ headers: { ...bearer(), origin } });
  }
});

test("a page of an allowed origin may read why its socket failed", async () => {
  for (const [headers, code] of [[bearer(), "upgradeRequired"], [{}, "tokenMissing"]] as const) {
    const answer = await fetch(`${server.url}/v1/ws`, { headers: { ...headers, origin: allowed } });
    assert.equal(answer.headers.get("access-control-allow-origin"), allowed);
    assert.equal((await answer.json()).code, code);
  }
});

test("Firefox names keep-alive beside the upgrade", async () => {
  await assertBothAccepted({ headers: { ...bearer(), connection: "keep-alive, Upgrade" } });
});

test("pages of any other origin are refused, whatever their token", async () => {
  const { port } = new URL(server.url);
  const foreign = [
    "https://evil.example.org",
    "null",
    "",
    "http://chat.example.org",
    `${allowed}.evil.org`,
    `${allowed}:8443`,
    `http://127.0.0.1:${Number(port) + 1}`,
    "http://localhost",
    "file://",
    "chat.example.org",
  ];
  for (const origin of foreign) {
    await assertBothRefused({ headers: { ...bearer(), origin } }, 403, "originNotAllowed");
  }
  await assertBothRefused({ headers: { origin: "null" } }, 403, "originNotAllowed");
});

test("only patter.v1 is echoed, and never the token beside it", async () => {
  const offers = [["patter.v1", `bearer.${token()}`], [`bearer.${token()}`, "patter.v1"]];
  for (const protocols of offers) {
    const [answer] = await both({ protocols });
    assert.equal(answer!.status, 101);
    assert.equal(answer!.headers.get("sec-websocket-protocol"), "patter.v1");
    assert.ok(!JSON.stringify([...answer!.headers]).includes(token()));
  }
  const [withHeader] = await both({ headers: bearer(), protocols: ["patter.v1", "chat"] });
  assert.equal(withHeader!.headers.get("sec-websocket-protocol"), "patter.v1");
  for (const protocols of [[], ["patter.v2"], ["chat"]]) {
    const [answer] = await both({ headers: bearer(), protocols });
    assert.equal(answer!.status, 101);
    assert.equal(answer!.headers.get("sec-websocket-protocol"), null);
  }
});

test("every answer carries a request id, the successful one too", async () => {
  for (const answer of await both({ headers: bearer() })) {
    assert.match(answer.headers.get("x-request-id")!, /^[0-9a-f-]{36}$/);
  }
});

test("without a token nobody gets in, and a token in the URL is none", async () => {
  const path = `/v1/ws?token=${token()}&access_token=${token()}&bearer=${token()}`;
  const basic = { authorization: `Basic ${token()}` };
  for (const options of [{}, { path }, { protocols: ["patter.v1"] }, { headers: basic }]) {
    await assertBothRefused(options, 401, "tokenMissing");
  }
  const logged = JSON.stringify(server.log.lines);
  assert.ok(!logged.includes(token()), "no log line holds a token");
});

test("a token that is not ours is invalid, whichever way it comes", async () => {
  const [head = "", claims = "", signature = ""] = token().split(".");
  const none = btoa(JSON.stringify({ alg: "none" })).replaceAll("=", "");
  const wrong = ["nonsense", `${head}.${claims}.`, `${none}.${claims}.`, `${head}..${signature}`];
  for (const one of [...wrong, "x".repeat(5_000)]) {
    const headers = { authorization: `Bearer ${one}` };
    await assertBothRefused({ headers }, 401, "tokenInvalid");
    await assertBothRefused({ protocols: ["patter.v1", `bearer.${one}`] }, 401, "tokenInvalid");
  }
  await assertBothRefused({ protocols: ["patter.v1", "bearer."] }, 401, "tokenInvalid");
});

test("a token of an ended session is refused, and an expired one", async () => {
  const bo = await server.person("bo");
  const headers = { authorization: `Bearer ${bo.session.accessToken}` };
  await bo.ask("POST", "/v1/auth/logout");
  await assertBothRefused({ headers }, 401, "sessionRevoked");
  const late = await world.instance({ ACCESS_TOKEN_TTL_MS: "1000" });
  const cy = await late.person("cy");
  world.clock.advanceMs(2_000);
  const { socket, answer } = await RawSocket.ask(late.url, {
    headers: { authorization: `Bearer ${cy.session.accessToken}` },
  });
  socket.cut();
  assertRefusal(answer, 401, "tokenExpired");
});

test("what is no proper upgrade answers 426 once all else is well", async () => {
  const version = "sec-websocket-version";
  for (const wrong of [{ upgrade: "h2c" }, { connection: "keep-alive" }, { [version]: "12" }]) {
    const { socket, answer } = await RawSocket.ask(server.url, {
      headers: { ...bearer(), ...wrong },
    });
    socket.cut();
    assertRefusal(answer, 426, "upgradeRequired");
    assert.equal(answer.headers.get("upgrade"), "websocket");
  }
  await assertNobodyIsThere();
});

test("a denied upgrade leaves no socket behind and gives its place back", async () => {
  const { socket, answer } = await RawSocket.ask(server.url, { headers: { origin: "null" } });
  assertRefusal(answer, 403, "originNotAllowed");
  await assertNobodyIsThere();
  // The connection speaks HTTP still: no WebSocket took it over.
  const { host } = new URL(server.url);
  await socket.write(`GET /livez HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const bytes = new Uint8Array(1_024);
  const count = await socket.conn.read(bytes);
  assert.match(new TextDecoder().decode(bytes.subarray(0, count ?? 0)), /^HTTP\/1\.1 200 /);
  socket.cut();
});

test("a client that goes away before its answer comes gives its place back", async () => {
  const { admission, hub } = server.patter;
  const ended = () => server.log.lines.filter(({ event }) => event === "connection ended").length;
  const endedBefore = ended();
  for (let i = 0; i < 30; i++) (await RawSocket.begin(server.url, { headers: bearer() })).cut();
  await until("all have been let in", () => admission.count + ended() - endedBefore >= 30);
  // The runtime says nothing of sockets that never open: those are given up after a while.
  world.clock.advanceMs(11_000);
  hub.heartbeat.tick();
  await assertNobodyIsThere();
});

test("a session that ends while its connection opens ends the connection", async () => {
  const dan = await server.person("dan");
  const again = await dan.again();
  const { socket, answer } = await RawSocket.ask(server.url, {
    headers: { authorization: `Bearer ${again.session.accessToken}` },
  });
  assert.equal(answer.status, 101);
  await dan.do("DELETE", `/v1/auth/sessions/${again.session.sessionId}`);
  assert.equal(await socket.end(), 4501);
  await assertNobodyIsThere();
});
