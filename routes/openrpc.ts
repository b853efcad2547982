/** The socket protocol as an OpenRPC document, generated from the schemas that check the frames. */
import { z } from "zod";
import { failures } from "../errors.ts";
import { methods, notifications, rpcErrors, subprotocol } from "../schemas/frames.ts";

type Schema = Record<string, unknown>;

function schemaOf(schema: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    reused: "inline",
    // An id names a component of the OpenAPI document; here each schema stands by itself.
    override: ({ jsonSchema }) => void delete jsonSchema.id,
  }) as Schema;
  return rest;
}

// One object by name: a union of shapes, as in `message.send`, has no list of parameters.
function params(schema: z.ZodType, io: "input" | "output") {
  return [{ name: "params", required: true, schema: schemaOf(schema, io) }];
}

function methodOf(
  [name, { params: input, result }]: [string, { params: z.ZodType; result: z.ZodType }],
) {
  return {
    name,
    paramStructure: "by-name",
    params: params(input, "input"),
    result: { name: "result", schema: schemaOf(result, "output") },
    errors: Object.entries(failures).map(([code, [status, title]]) => ({
      code: rpcErrors.failure,
      message: title,
      data: { code, status },
    })),
  };
}

/** OpenRPC 1.3; `x-notifications` are what the server sends unasked. */
export function openRpcDocument() {
  return {
    openrpc: "1.3.2",
    info: {
      title: "Patter socket protocol",
      version: "1",
      description: `JSON-RPC 2.0 over the WebSocket at /v1/ws, subprotocol ${subprotocol}. ` +
        "Each method's parameters are one object: the schema named params.",
    },
    methods: Object.entries(methods).map(methodOf),
    "x-notifications": Object.entries(notifications).map(([name, schema]) => ({
      name,
      params: params(schema, "output"),
    })),
  };
}
