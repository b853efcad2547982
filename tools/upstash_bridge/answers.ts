/** Redis's replies as JSON: `{ "result" }` or `{ "error" }`, strings in base64 if that is asked for. */
import { Buffer } from "node:buffer";

/** One command's answer. */
export type Answer = { readonly result: unknown } | { readonly error: string };

/** How strings are written. */
export type Encode = (bytes: Buffer) => string;

/** How this request wants its strings. */
export function encodingOf(request: Request): Encode {
  const isBase64 = request.headers.get("upstash-encoding") === "base64";
  return (bytes) => bytes.toString(isBase64 ? "base64" : "utf8");
}

/** What a command was answered. */
export function answered(reply: unknown, encode: Encode): Answer {
  if (reply instanceof Error) return { error: reply.message };
  return { result: valueOf(reply, encode) };
}

/** An answer of one command, or of a list of them. */
export function json(body: Answer | readonly Answer[], status = 200): Response {
  return Response.json(body, { status });
}

function valueOf(reply: unknown, encode: Encode): unknown {
  if (Buffer.isBuffer(reply)) return encode(reply);
  // Clients know this one word as it is.
  if (typeof reply === "string") return reply === "OK" ? reply : encode(Buffer.from(reply));
  if (Array.isArray(reply)) return reply.map((one) => valueOf(one, encode));
  if (reply instanceof Error) return reply.message;
  return reply ?? null;
}
