/** JSON-RPC 2.0 frames: text in, checked requests or ready refusals out; answers as text. */
import { fail, type Failure, fieldErrors, problemOf } from "../errors.ts";
import { type Method, methods, type Request, RequestId, rpcErrors } from "../schemas/frames.ts";

/** One message of a frame. */
export type Decoded =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "refused"; readonly answer: string }
  | { readonly kind: "pong" };

/** A successful answer. */
export function encodeResult(id: RequestId, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

const rpcCodes: Partial<Record<Failure["code"], number>> = {
  invalidFrame: rpcErrors.invalidRequest,
  unknownMethod: rpcErrors.methodNotFound,
  invalidInput: rpcErrors.invalidParams,
};

/** A failed answer; `requestId` goes with `internal` alone. */
export function encodeFailure(
  id: RequestId | null,
  failure: Failure,
  options: { code?: number; requestId?: string } = {},
): string {
  const data = problemOf(failure, options.requestId);
  const code = options.code ?? rpcCodes[failure.code] ?? rpcErrors.failure;
  const message = data.detail ?? data.title;
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}

// A frame full of small faults must not be answered by one many times its size.
const errorsMax = 20;

function refusal(id: RequestId | null, failure: Failure): Decoded {
  return { kind: "refused", answer: encodeFailure(id, failure) };
}

function invalidFrame(detail: string, id: RequestId | null = null): Decoded {
  return refusal(id, fail("invalidFrame", { detail }));
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(methods, name);
}

function decodeOne(message: unknown): Decoded {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return invalidFrame("Expected a JSON-RPC 2.0 request");
  }
  const { jsonrpc, id: rawId, method, params } = message as Record<string, unknown>;
  if (method === "pong" && rawId === undefined) return { kind: "pong" };
  const id = RequestId.safeParse(rawId).data ?? null;
  if (id === null) return invalidFrame(`Expected an "id" that is a text or a number`);
  if (jsonrpc !== "2.0") return invalidFrame(`Expected "jsonrpc": "2.0"`, id);
  if (typeof method !== "string") return invalidFrame(`Expected a "method"`, id);
  if (!isMethod(method)) {
    return refusal(
      id,
      fail("unknownMethod", { detail: `No method "${method.slice(0, 64).toWellFormed()}"` }),
    );
  }
  const parsed = methods[method].params.safeParse(params ?? {});
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error.issues).slice(0, errorsMax);
    return refusal(id, fail("invalidInput", { errors }));
  }
  return { kind: "request", request: { id, method, params: parsed.data } as Request };
}

/** Takes a frame apart: each message of a batch by itself, so that a bad one spares its neighbours. */
export function decodeFrame(text: string, batchMax: number): Decoded[] {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    const answer = encodeFailure(null, fail("invalidFrame", { detail: "Not JSON" }), {
      code: rpcErrors.parse,
    });
    return [{ kind: "refused", answer }];
  }
  if (!Array.isArray(frame)) return [decodeOne(frame)];
  if (frame.length === 0) return [invalidFrame("The batch is empty")];
  if (frame.length > batchMax) return [invalidFrame(`A batch holds at most ${batchMax} requests`)];
  return frame.map(decodeOne);
}
