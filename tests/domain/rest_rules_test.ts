/** The rules that all REST routes share: bodies, methods, lists, ids, and the form of an answer. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import { rawRequest } from "../support/raw_http.ts";
import { type Answer, assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const ana = await server.person("ana");
const authorization = `Authorization: Bearer ${ana.session.accessToken}`;
const unknownId = crypto.randomUUID();

function typed(contentType: string, body = '{"nickname":"Ana"}') {
  return ana.ask<Problem>("PATCH", "/v1/users/me", body, { "content-type": contentType });
}

function assertProblem(answer: Answer<Problem>): void {
  const { status, headers, body } = answer;
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(body.status, status);
  for (const word of [body.type, body.title, body.code]) assert.equal(typeof word, "string");
  assert.match(body.code, /^[a-z][A-Za-z]+$/);
}

test("a body of another content type than JSON is 415", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/json", "json"]) {
    assertRefused(await typed(type), 415, "unsupportedMedia");
  }
  assertRefused(await typed("application/json+x"), 415, "unsupportedMedia");
  assertRefused(await typed("application/problem+json"), 415, "unsupportedMedia");
  const lines = ["PATCH /v1/users/me HTTP/1.1", "Host: x", authorization, "Content-Length: 2"];
  assert.equal((await rawRequest(server, lines, "{}")).status, 415);
});

test("a JSON content type may name its charset, in any case", async () => {
  for (const type of ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"]) {
    assert.equal((await typed(type)).status, 200, type);
  }
});

test("a content type that is hard to read is refused, and is no fault of the server", async () => {
  for (
    const type of ["application/json ; charset=utf-8", "application/json;", "application/json;x"]
  ) {
    const { status } = await typed(type);
    assert.ok(status === 200 || status === 415, `${type}: ${status}`);
  }
});

test("a body over 64 KiB is 413, one of 64 KiB is not", async () => {
  const sized = (bytes: number) => `{"nickname":"Ana"${" ".repeat(bytes - 18)}}`;
  assert.equal((await typed("application/json", sized(65_536))).status, 200);
  assertRefused(await typed("application/json", sized(65_537)), 413, "tooLarge");
  // Counted in bytes, not in characters.
  assertRefused(await typed("application/json", `"${"語".repeat(30_000)}"`), 413, "tooLarge");
});

test("a body that comes in chunks is counted as it comes", async () => {
  const lines = [
    "PATCH /v1/users/me HTTP/1.1",
    "Host: x",
    authorization,
    "Content-Type: application/json",
    "Transfer-Encoding: chunked",
  ];
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const small = chunk('{"nickname":') + chunk('"Chunked"}') + chunk("");
  const taken = await rawRequest(server, lines, small);
  assert.equal(taken.status, 200);
  assert.equal((JSON.parse(taken.body) as { nickname: string }).nickname, "Chunked");
  const large = chunk(" ".repeat(60_000)) + chunk(" ".repeat(6_000)) + chunk("");
  assert.equal((await rawRequest(server, lines, large)).status, 413);
});

test("what is not JSON is malformed, what is JSON but no object too", async () => {
  for (
    const body of ["{", "", "{'a':1}", "undefined", '{"a":1}{"b":2}', "\u0000", "{".repeat(9_000)]
  ) {
    const answer = await server.ask("POST", "/v1/auth/login", body);
    assertRefused(answer, 400, "invalidInput");
  }
  for (const body of ["null", "[]", "1", '"text"', "true", "[".repeat(9_000) + "]".repeat(9_000)]) {
    assertRefused(await ana.ask("PATCH", "/v1/users/me", body), 400, "invalidInput");
  }
});

test("unknown fields are named by their dotted path", async () => {
  const input = {
    username: "fine_name",
    password: "secret word 1",
    nickname: "N",
    device: { platform: "web", os: { name: "x" } },
    admin: true,
  };
  const { status, body } = await server.ask("POST", "/v1/auth/register", input);
  assert.equal(status, 400);
  assert.deepEqual(body.errors?.map(({ path }) => path).sort(), ["admin", "device.os"]);
  const { pathname } = new URL(`${server.url}/v1/conversations/${unknownId}/messages`);
  const message = { clientId: "c", kind: "text", body: { text: "x", html: "y" } };
  const sent = await ana.ask("POST", pathname, message);
  assert.deepEqual(sent.body.errors?.map(({ path }) => path), ["body.html"]);
});

test("requests without a body may say so in every way", async () => {
  const again = async () => (await ana.again()).session.accessToken;
  const asks: string[][] = [
    [],
    ["Content-Length: 0"],
    ["Content-Type: application/json"],
    ["Content-Type: application/json", "Content-Length: 0"],
    ["Content-Type: text/plain", "Content-Length: 0"],
    ["Transfer-Encoding: chunked"],
  ];
  for (const more of asks) {
    const lines = ["POST /v1/auth/logout HTTP/1.1", "Host: x", ...more];
    const body = more.includes("Transfer-Encoding: chunked") ? "0\r\n\r\n" : "";
    const token = `Authorization: Bearer ${await again()}`;
    const answer = await rawRequest(server, [...lines, token], body);
    assert.deepEqual([answer.status, answer.body], [204, ""], more.join());
  }
});

test("a method that a path does not have is 405 with those that it has", async () => {
  const wrong: [method: string, path: string, allow: string][] = [
    ["GET", "/v1/auth/login", "POST"],
    ["DELETE", "/v1/users/me", "GET, PATCH"],
    ["POST", `/v1/users/${ana.id}`, "GET"],
    ["PUT", "/v1/friend-requests", "POST, GET"],
    ["PATCH", `/v1/friend-requests/${unknownId}/accept`, "POST"],
    ["POST", "/v1/friends", "GET"],
    ["PUT", "/.well-known/jwks.json", "GET"],
    ["OPTIONS", "/v1/users/me", "GET, PATCH"],
    ["POST", "/livez", "GET"],
  ];
  for (const [method, path, allow] of wrong) {
    for (const body of method === "GET" ? [undefined] : [undefined, {}]) {
      const answer = await ana.ask(method, path, body);
      assertRefused(answer, 405, "methodNotAllowed");
      assertProblem(answer);
      assert.equal(answer.headers.get("allow"), allow);
    }
  }
});

test("a path that does not exist is 404", async () => {
  const paths = ["/v1", "/v2/users/me", "/v1/users/me/x", "/v1/friends/", "/V1/users/me"];
  for (const path of [...paths, "/%00", "/%ff", "/v1/../../etc/passwd", "/favicon.ico"]) {
    const answer = await ana.ask("GET", path);
    assertRefused(answer, 404, "notFound");
    assertProblem(answer);
  }
});

const lists = [
  "/v1/friends",
  "/v1/friend-requests",
  "/v1/users?query=ana",
  "/v1/conversations",
  "/v1/groups",
  "/v1/auth/sessions",
];

test("a list takes a limit of 1 to 100", async () => {
  for (const list of lists) {
    const mark = list.includes("?") ? "&" : "?";
    for (const limit of ["1", "100"]) {
      assert.equal((await ana.ask("GET", `${list}${mark}limit=${limit}`)).status, 200);
    }
    for (const limit of ["0", "101", "-1", "abc", "1.5", "", "NaN", "1e9", "5&limit=6"]) {
      const answer = await ana.ask("GET", `${list}${mark}limit=${limit}`);
      assertRefused(answer, 400, "invalidInput");
      assert.deepEqual(answer.body.errors?.map(({ path }) => path), ["limit"], list);
    }
  }
});

test("a cursor that is none of ours is refused", async () => {
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const garbage = [
    "x",
    "%00",
    "%F0%9F%98%80",
    "../../x",
    encode([]),
    encode(["not an id"]),
    encode([null]),
    encode({ id: unknownId }),
    encode("x"),
    encode(["'; drop table users"]),
    "x".repeat(600),
  ];
  for (const list of lists) {
    const mark = list.includes("?") ? "&" : "?";
    for (const cursor of garbage) {
      const answer = await ana.ask("GET", `${list}${mark}cursor=${cursor}`);
      assertRefused(answer, 400, "invalidInput");
      assert.deepEqual(
        answer.body.errors?.map(({ path }) => path),
        ["cursor"],
        `${list} ${cursor}`,
      );
    }
  }
});

test("malformed ids are refused wherever an id stands in a path", async () => {
  const paths: [string, string][] = [
    ["GET", "/v1/users/{id}"],
    ["DELETE", "/v1/auth/sessions/{id}"],
    ["POST", "/v1/friend-requests/{id}/accept"],
    ["POST", "/v1/friend-requests/{id}/refuse"],
    ["DELETE", "/v1/friend-requests/{id}"],
    ["DELETE", "/v1/friends/{id}"],
    ["GET", "/v1/groups/{id}"],
    ["GET", "/v1/conversations/{id}"],
    ["GET", "/v1/conversations/{id}/messages"],
  ];
  for (const [method, path] of paths) {
    for (const id of ["1", "x", "null", unknownId.toUpperCase(), `${unknownId}x`, "%00", "%ff"]) {
      assertRefused(await ana.ask(method, path.replace("{id}", id)), 400, "invalidInput");
    }
    assertRefused(await ana.ask(method, path.replace("{id}", unknownId)), 404, "notFound");
  }
});
