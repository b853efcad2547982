/** The descriptions of both protocols tell what is there: every route, method, type and refusal. */
import { strict as assert } from "node:assert";
import { createApi } from "../../routes/api.ts";
import { failures } from "../../errors.ts";
import { methods, notifications } from "../../schemas/frames.ts";
import { openWorld, test } from "../support/world.ts";

type Json = Record<string, unknown>;

interface Operation {
  readonly summary?: string;
  readonly security?: unknown;
  readonly parameters: { name: string; in: string; required: boolean; schema: Json }[];
  readonly requestBody?: { content: Record<string, { schema: Json }> };
  readonly responses: Record<
    string,
    { "x-codes"?: string[]; content?: Record<string, { schema: Json }> }
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Json> };
}

const world = await openWorld();
const server = await world.instance();
const { body: openApi } = await server.ask<OpenApi>("GET", "/openapi.json");

function operations() {
  return Object.entries(openApi.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation }))
  );
}

/** All values of a key, however deep. */
function valuesOf(key: string, json: unknown): unknown[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

function schemaOf(operation: Operation, status: string): Json | undefined {
  return operation.responses[status]?.content?.["application/json"]?.schema;
}

test("/openapi.json describes every route that exists, and no other, by OpenAPI 3.1", () => {
  assert.equal(openApi.openapi, "3.1.0");
  const { app, admission } = server.patter;
  const api = createApi(app, {
    readiness: admission,
    metrics: { contentType: "text/plain", text: () => Promise.resolve("") },
    pages: new Map(),
    plainSocket: () => Promise.resolve(new Response()),
  });
  const existing = api.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const described = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assert.deepEqual(new Set(described), new Set([...existing, "GET /v1/ws"]));
  assert.equal(described.length, new Set(described).size);
});

test("every operation says what it does, and names its path parameters", () => {
  for (const { path, method, operation } of operations()) {
    assert.ok(operation.summary, `${method} ${path} has no summary`);
    const named = operation.parameters.filter((one) => one.in === "path");
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(named.map(({ name }) => name), inPath, `${method} ${path}`);
    assert.ok(named.every(({ required }) => required));
  }
});

test("every code of the contract is in the document, and each refusal lists its own", () => {
  const { properties } = openApi.components.schemas["Problem"] as { properties: { code: Json } };
  assert.deepEqual(properties.code["enum"], Object.keys(failures));
  for (const { path, method, operation } of operations()) {
    for (
      const [status, { "x-codes": codes = [], content }] of Object.entries(operation.responses)
    ) {
      for (const code of codes) {
        assert.equal(
          String(failures[code as keyof typeof failures]?.[0]),
          status,
          `${path} ${code}`,
        );
      }
      if (Number(status) < 400) continue;
      assert.ok(codes.length > 0, `${method} ${path} ${status} lists no code`);
      const schema = content?.["application/problem+json"]?.schema;
      assert.deepEqual(valuesOf("$ref", schema), ["#/components/schemas/Problem"]);
      assert.deepEqual(valuesOf("enum", schema), [codes]);
    }
    if (operation.security !== undefined) {
      assert.ok(operation.responses["401"]?.["x-codes"]?.includes("tokenExpired"), path);
    }
  }
});

test("types that have a name are referred to by it, and every reference leads to one", () => {
  const { schemas } = openApi.components;
  const refs = new Set(valuesOf("$ref", openApi));
  for (const ref of refs) assert.ok(String(ref).replace("#/components/schemas/", "") in schemas);
  for (
    const name of ["User", "Me", "Session", "Conversation", "My", "Message", "Member", "Friend"]
  ) {
    assert.ok(refs.has(`#/components/schemas/${name}`), `${name} is referred to nowhere`);
  }
  const { paths } = openApi;
  const session = { $ref: "#/components/schemas/Session" };
  assert.deepEqual(schemaOf(paths["/v1/auth/login"]!["post"]!, "200"), session);
  const { properties } = schemas["My"] as { properties: { peer: Json } };
  const peer = [{ $ref: "#/components/schemas/User" }, { type: "null" }];
  assert.deepEqual(properties.peer, { anyOf: peer });
  assert.equal((schemas["Message"] as { type: unknown }).type, "object");
});

test("the limits of requests are in the document: lengths, numbers, lists, and what is unknown", () => {
  const { paths, components } = openApi;
  const register =
    paths["/v1/auth/register"]!["post"]!.requestBody!.content["application/json"]!.schema;
  const { password, nickname } = register["properties"] as Record<string, Json>;
  assert.deepEqual([password!["minLength"], password!["maxLength"]], [8, 128]);
  assert.deepEqual([nickname!["minLength"], nickname!["maxLength"]], [1, 64]);
  assert.equal(register["additionalProperties"], false);
  assert.ok(valuesOf("maxLength", components.schemas["NewMessage"]).includes(10_000));
  const list = paths["/v1/conversations/{id}/messages"]!["get"]!.parameters;
  const byName = Object.fromEntries(list.map(({ name, schema }) => [name, schema]));
  assert.deepEqual(byName["beforeSeq"], { type: "integer", minimum: 1 });
  assert.deepEqual(byName["afterSeq"], { type: "integer", minimum: 0 });
  assert.deepEqual([byName["limit"]!["minimum"], byName["limit"]!["maximum"]], [1, 100]);
  assert.equal(list.find(({ name }) => name === "limit")!.required, false);
});

test("answers may gain fields: only requests are closed", () => {
  const { User, Conversation } = openApi.components.schemas;
  for (const schema of [User, Conversation]) assert.ok(!("additionalProperties" in schema!));
});

test("routes that take an Idempotency-Key say so", () => {
  const keyed = operations().filter(({ operation }) =>
    operation.parameters.some(({ name }) => name === "Idempotency-Key")
  );
  assert.deepEqual(keyed.map(({ method, path }) => `${method} ${path}`).sort(), [
    "post /v1/conversations/{id}/messages",
    "post /v1/conversations/{id}/messages/forward",
    "post /v1/friend-requests",
    "post /v1/groups",
    "post /v1/groups/{id}/invites",
    "post /v1/inboxes",
    "post /v1/inboxes/{id}/replies",
    "post /v1/support/conversations/{id}/notes",
  ]);
});

test("/openrpc.json has every method with its params, result and errors, and every notification", async () => {
  interface OpenRpc {
    openrpc: string;
    methods: { name: string; params: Json[]; result: Json; errors: { data: Json }[] }[];
    "x-notifications": { name: string; params: Json[] }[];
    components: { schemas: Record<string, Json> };
  }
  const { body } = await server.ask<OpenRpc>("GET", "/openrpc.json");
  assert.match(body.openrpc, /^1\.3/);
  assert.deepEqual(body.methods.map(({ name }) => name), Object.keys(methods));
  assert.deepEqual(body["x-notifications"].map(({ name }) => name), Object.keys(notifications));
  for (const { params, result, errors } of body.methods) {
    assert.ok(params[0]?.["schema"] && result["schema"]);
    assert.deepEqual(errors.map(({ data }) => data["code"]), Object.keys(failures));
  }
  for (const ref of valuesOf("$ref", body)) {
    assert.ok(String(ref).replace("#/components/schemas/", "") in body.components.schemas);
  }
});

test("/docs is a page that names every route and type, without a script", async () => {
  const response = await fetch(`${server.url}/docs`);
  assert.match(response.headers.get("content-type")!, /^text\/html/);
  assert.match(response.headers.get("content-security-policy")!, /default-src 'none'/);
  const page = await response.text();
  for (const { path, method } of operations()) {
    assert.ok(
      page.includes(`${method.toUpperCase()}</b><code>${path}</code>`),
      `${method} ${path}`,
    );
  }
  for (const name of Object.keys(openApi.components.schemas)) {
    assert.ok(page.includes(`id="${name}"`));
  }
  assert.doesNotMatch(page, /<script|\son\w+=|javascript:/i);
  assert.doesNotMatch(page, /\[object|undefined/);
});
