/** The form of every REST answer: request ids, problems, faults that tell nothing, and what is logged. */
import { DrizzleQueryError } from "drizzle-orm";
import { strict as assert } from "node:assert";
import type { Orm } from "../../db/client.ts";
import { describe } from "../../telemetry/log.ts";
import { rawRequest } from "../support/raw_http.ts";
import { assertRefused, type Instance, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const ana = await server.person("ana", { phone: "+4915112340001" });

/** An instance whose database throws whatever is asked of it. */
function brokenInstance(error: unknown): Promise<Instance> {
  const orm = new Proxy({}, {
    get() {
      throw error;
    },
  }) as Orm;
  return world.instance({}, { database: { ...world.database, orm } });
}

function askBroken(broken: Instance) {
  const authorization = `Bearer ${ana.session.accessToken}`;
  return broken.ask("GET", "/v1/users/me", undefined, { authorization });
}

test("every answer carries a request id of its own, whatever its status", async () => {
  const bo = await server.person("bo");
  const answers = [
    await ana.ask("GET", "/v1/users/me"),
    await ana.ask("GET", `/v1/users/${crypto.randomUUID()}`),
    await ana.ask("PATCH", "/v1/users/me", "{"),
    await ana.ask("PATCH", "/v1/users/me", " ".repeat(70_000)),
    await ana.ask("PATCH", "/v1/users/me", "x", { "content-type": "text/plain" }),
    await ana.ask("DELETE", "/v1/users/me"),
    await ana.ask("GET", "/nowhere"),
    await ana.ask("GET", "/v1/ws"),
    await ana.ask("POST", "/v1/friend-requests", { userId: bo.id }),
    await server.ask("GET", "/v1/users/me"),
    await server.ask("GET", "/v1/ws"),
    await server.ask("GET", "/livez"),
    await server.ask("GET", "/readyz"),
    await server.ask("GET", "/openapi.json"),
    await (await bo.again()).ask("POST", "/v1/auth/logout"),
  ];
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(statuses, [
    200,
    404,
    400,
    413,
    415,
    405,
    404,
    426,
    201,
    401,
    401,
    200,
    200,
    200,
    204,
  ]);
  const ids = answers.map(({ headers }) => headers.get("x-request-id"));
  for (const id of ids) assert.match(id!, /^[0-9a-f-]{36}$/);
  assert.equal(new Set(ids).size, ids.length);
});

test("every refusal is a problem: its type, title, status and code", async () => {
  const refusals = [
    await server.ask("GET", "/v1/users/me"),
    await server.ask("POST", "/v1/auth/login", {}),
    await ana.ask("GET", "/v1/ws"),
    await ana.ask("GET", "/nowhere"),
  ];
  for (const { status, headers, body } of refusals) {
    assert.equal(headers.get("content-type"), "application/problem+json");
    assert.deepEqual(Object.keys(body).slice(0, 4), ["type", "title", "status", "code"]);
    assert.equal(body.status, status);
    assert.ok(URL.canParse(body.type));
  }
});

test("DELETE and logout answer 204 without body and content type", async () => {
  const other = await ana.again();
  const path = `/v1/auth/sessions/${other.session.sessionId}`;
  const ended = await ana.ask("DELETE", path);
  const third = await ana.again();
  for (const { status, headers, body } of [ended, await third.ask("POST", "/v1/auth/logout")]) {
    assert.deepEqual([status, body, headers.get("content-type")], [204, null, null]);
  }
});

test("a fault answers internal with its request id and nothing of its cause", async () => {
  const broken = await brokenInstance(new Error("secret detail of the cause"));
  const answer = await askBroken(broken);
  assertRefused(answer, 500, "internal");
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(Object.keys(answer.body).sort(), [
    "code",
    "requestId",
    "status",
    "title",
    "type",
  ]);
  assert.equal(answer.body.requestId, answer.headers.get("x-request-id"));
  assert.ok(!JSON.stringify(answer.body).includes("secret"));
  const faults = broken.log.lines.filter(({ level }) => level === "error");
  assert.equal(faults.length, 1);
  assert.equal(faults[0]!.fields["requestId"], answer.body.requestId);
});

test("a database that is gone answers unavailable with a time to come back", async () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const shutDown = new DrizzleQueryError(
    "select",
    [],
    Object.assign(new Error("terminating"), { code: "57P01" }),
  );
  for (const error of [refused, shutDown]) {
    const answer = await askBroken(await brokenInstance(error));
    assertRefused(answer, 503, "unavailable");
    assert.ok(answer.body.retryAfterMs! > 0);
    assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    assert.equal(answer.body.detail, undefined);
  }
});

test("what clients do wrong is never logged as an error", async () => {
  const mine = await world.instance();
  const bo = await mine.person("bo");
  await bo.ask("PATCH", "/v1/users/me", "{");
  await bo.ask("GET", "/nowhere");
  await bo.ask("DELETE", "/v1/users/me");
  await mine.ask("GET", "/v1/users/me");
  await mine.ask("POST", "/v1/auth/login", { username: "x_y_z", password: "wrong 11" });
  await mine.ask("POST", "/v1/auth/login", { username: "x\u0000y", password: "wrong 11" });
  const serious = mine.log.lines.filter(({ level }) => level !== "info");
  assert.deepEqual(serious, []);
});

test("each request is one line with its id, user, code and duration, and no query", async () => {
  const phone = "+4915112340001";
  const found = await ana.ask("GET", `/v1/users?phone=${encodeURIComponent(phone)}`);
  const refused = await ana.ask("GET", "/v1/users");
  const lineOf = (id: string | null) =>
    server.log.lines.filter(({ fields }) => fields["requestId"] === id).map(({ fields }) => fields);
  const [line, ...more] = lineOf(found.headers.get("x-request-id"));
  assert.deepEqual(more, []);
  const { durationMs, requestId, ...fields } = line!;
  assert.deepEqual(fields, {
    userId: ana.id,
    method: "GET",
    path: "/v1/users",
    status: 200,
    code: undefined,
  });
  assert.ok(Number.isInteger(durationMs) && typeof requestId === "string");
  const [other] = lineOf(refused.headers.get("x-request-id"));
  assert.deepEqual([other!["status"], other!["code"]], [400, "invalidInput"]);
  assert.ok(!JSON.stringify(server.log.lines).includes("4915112340001"));
});

test("of a failed query neither statement nor parameters nor lines of theirs are logged", () => {
  const text = "my secret\n    at least it should be";
  const cause = Object.assign(new Error(`duplicate key: ${text}`), { code: "23505", detail: text });
  const error = new DrizzleQueryError("insert into users values ($1)", [text, "+4915112"], cause);
  const line = JSON.stringify(describe(error));
  for (const secret of ["secret", "least", "4915112", "insert into"]) {
    assert.ok(!line.includes(secret), line);
  }
  assert.ok(line.includes("23505"));
});

test("a Host that is no host is the caller's fault and ends nothing", async () => {
  for (const host of ["a b", "[", "exa mple:x", "a:99999999"]) {
    const { status, headers } = await rawRequest(server, [
      "GET /v1/users/me HTTP/1.1",
      `Host: ${host}`,
    ]);
    assert.ok(status === 400 || status === 401, `${host}: ${status}`);
    if (status === 400 && headers.has("x-request-id")) assert.ok(headers.get("content-type"));
  }
  assert.equal((await ana.ask("GET", "/v1/users/me")).status, 200);
});

test("answers are not to be sniffed, framed or cached as something else", async () => {
  const { headers } = await ana.ask("GET", "/v1/users/me");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal((await ana.ask("GET", "/nowhere")).headers.get("cache-control"), "no-store");
});

test("a page of an allowed origin may read every answer, and why its socket failed", async () => {
  const origin = "https://shop.example";
  const open = await world.instance({ ALLOWED_ORIGINS: origin });
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    open.ask(method, path, undefined, { origin, ...headers });
  const authorization = `Bearer ${ana.session.accessToken}`;
  const answers = [
    await ask("GET", "/v1/users/me", { authorization }),
    await ask("GET", "/v1/users/me", {}),
    await ask("GET", "/nowhere", {}),
    await ask("GET", "/v1/ws", { authorization }),
    await ask("GET", "/v1/ws", { authorization: "Bearer x" }),
  ];
  assert.deepEqual(answers.map(({ status }) => status), [200, 401, 404, 426, 401]);
  assert.deepEqual(answers.slice(3).map(({ body }) => body.code), [
    "upgradeRequired",
    "tokenInvalid",
  ]);
  for (const { headers } of answers) {
    assert.equal(headers.get("access-control-allow-origin"), origin);
    assert.match(headers.get("access-control-expose-headers") ?? "", /x-request-id/i);
  }
  for (const path of ["/v1/users/me", "/v1/ws"]) {
    const asked = { "access-control-request-method": "GET" };
    const { status, headers } = await ask("OPTIONS", path, {
      ...asked,
      "access-control-request-headers": "authorization",
    });
    assert.equal(status, 204);
    assert.equal(headers.get("access-control-allow-origin"), origin);
    assert.match(headers.get("access-control-allow-headers") ?? "", /authorization/i);
  }
});

test("a page of another origin is not let read anything", async () => {
  const open = await world.instance({ ALLOWED_ORIGINS: "https://shop.example" });
  for (const path of ["/v1/users/me", "/v1/ws"]) {
    const headers = { origin: "https://evil.example" };
    const answer = await open.ask("GET", path, undefined, headers);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
});
