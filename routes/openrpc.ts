/** The socket protocol as an OpenRPC document, generated from the schemas that check the frames. */
import type { z } from "zod";
import { failures } from "../errors.ts";
import { methods, notifications, rpcErrors, subprotocol } from "../schemas/frames.ts";
import { Components, type Direction } from "./json_schema.ts";

// One object by name: a union of shapes, as in `message.send`, has no list of parameters.
function params(components: Components, schema: z.ZodType, io: Direction) {
  return [{ name: "params", required: true, schema: components.of(schema, io) }];
}

const errors = Object.entries(failures).map(([code, [status, title]]) => ({
  code: rpcErrors.failure,
  message: title,
  data: { code, status },
}));

/** OpenRPC 1.3; `x-notifications` are what the server sends unasked. */
export function openRpcDocument() {
  const components = new Components();
  return {
    openrpc: "1.3.2",
    info: {
      title: "Patter socket protocol",
      version: "1",
      description: `JSON-RPC 2.0 over the WebSocket at /v1/ws, subprotocol ${subprotocol}. ` +
        "Each method's parameters are one object: the schema named params.",
    },
    methods: Object.entries(methods).map(([name, { params: input, result }]) => ({
      name,
      paramStructure: "by-name",
      params: params(components, input, "input"),
      result: { name: "result", schema: components.of(result, "output") },
      errors,
    })),
    "x-notifications": Object.entries(notifications).map(([name, schema]) => ({
      name,
      params: params(components, schema, "output"),
    })),
    components: { schemas: components.schemas },
  };
}
