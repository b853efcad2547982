/** The OpenAPI 3.1 document, made of the routes and the very schemas that check their requests. */
import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { failures } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { Components, type JsonSchema } from "./json_schema.ts";

/** An operation as the document has it. */
export interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, OperationResponse>>;
}

/** A parameter in the path, the query or a header. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** An answer; `x-codes` are the refusals that it may be. */
export interface OperationResponse {
  readonly description: string;
  readonly "x-codes"?: readonly string[];
}

/** Path → method → operation. */
export type Paths = Record<string, Record<string, Operation>>;

type Content = Record<string, { schema: unknown }>;

const retryAfter = { description: "Seconds to wait", schema: { type: "integer" } };
const idempotencyKey: Parameter & { description: string } = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "The same key with the same body gets the first answer again for 24 hours",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
};

// A list in one query parameter goes by comma.
function styleOf(schema: JsonSchema) {
  return schema["type"] === "array" ? { style: "form", explode: false } : {};
}

function parametersIn(place: "path" | "query", schema: unknown): Parameter[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const { properties = {} } = new Components().of(schema, "output") as {
    properties?: Record<string, JsonSchema>;
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    // A default makes a parameter certain inside, not required outside.
    required: !schema.shape[name]!.safeParse(undefined).success,
    schema: property,
    ...(place === "query" ? styleOf(property) : {}),
  }));
}

function contentOf(components: Components, content: Content, io: "input" | "output"): JsonSchema {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, {
      schema: schema instanceof z.ZodType ? components.of(schema, io) : schema,
    }]),
  );
}

function refusal(codes: readonly string[]): JsonSchema {
  const schema = {
    allOf: [Components.reference("Problem"), { properties: { code: { enum: codes } } }],
  };
  return { "application/problem+json": { schema } };
}

function responseOf(components: Components, status: string, response: OperationResponse) {
  const { description, content } = response as OperationResponse & { content?: Content };
  const codes = response["x-codes"];
  const shown = content === undefined ? undefined : contentOf(components, content, "output");
  return {
    description,
    ...(codes === undefined ? {} : { "x-codes": codes }),
    ...(status === "429" || status === "503" ? { headers: { "Retry-After": retryAfter } } : {}),
    ...(shown === undefined ? {} : { content: codes === undefined ? shown : refusal(codes) }),
  };
}

// A middleware is a named function on the path of its route.
function keyedRoutes(api: OpenAPIHono<Env>): Set<string> {
  const keyed = api.routes.filter(({ handler }) => handler.name === "idempotent");
  return new Set(keyed.map(({ method, path }) => `${method} ${path}`));
}

function operationOf(components: Components, route: RouteConfig, isKeyed: boolean): Operation {
  const { summary, tags, security, request = {}, responses } = route;
  const parameters = [
    ...parametersIn("path", request.params),
    ...parametersIn("query", request.query),
    ...(isKeyed ? [idempotencyKey] : []),
  ];
  const { body } = request;
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(tags === undefined ? {} : { tags }),
    ...(security === undefined ? {} : { security }),
    parameters,
    ...(body === undefined ? {} : {
      requestBody: {
        required: body.required ?? false,
        content: contentOf(components, body.content as Content, "input"),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        responseOf(components, status, response as OperationResponse),
      ]),
    ),
  };
}

// Its codes are the table's, which the wire schemas do not import.
function problemOf(components: Components): JsonSchema {
  const schema = components.schemas["Problem"] as { properties: JsonSchema };
  const code = { type: "string", enum: Object.keys(failures) };
  return { ...schema, properties: { ...schema.properties, code } };
}

/** Describes every route that has been registered. */
export function openApiDocument(api: OpenAPIHono<Env>) {
  const components = new Components();
  const keyed = keyedRoutes(api);
  const paths: Paths = {};
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { route } = definition;
    const key = `${route.method.toUpperCase()} ${route.path.replace(/\{(\w+)\}/g, ":$1")}`;
    const operation = operationOf(components, route, keyed.has(key));
    (paths[route.path] ??= {})[route.method] = operation;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Patter",
      version: "1",
      description:
        "Realtime instant messaging: accounts, friends, groups, conversations, messages.",
    },
    paths,
    components: {
      schemas: { ...components.schemas, Problem: problemOf(components) },
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}
