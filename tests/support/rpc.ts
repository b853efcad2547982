/** JSON-RPC for tests of the codec: frames as text, and what they decode to. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import { type Decoded, decodeFrame } from "../../realtime/codec.ts";
import type { Received } from "./client.ts";

/** The smallest request there is. */
export const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

/** A request as a frame. */
export function request(method: string, params?: unknown, id: unknown = 1): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

/** The one message that a frame holds. */
export function only(text: string): Decoded {
  const decoded = decodeFrame(text, 100);
  assert.equal(decoded.length, 1, text.slice(0, 200));
  return decoded[0]!;
}

/** The error that a frame is answered with. */
export function errorOf(text: string): NonNullable<Received["error"]> {
  const decoded = only(text);
  assert.equal(decoded.kind, "refused", text.slice(0, 200));
  const answer = JSON.parse((decoded as { answer: string }).answer);
  assert.equal(answer.jsonrpc, "2.0");
  return answer.error;
}

/** What a frame is refused with, and the id that its answer carries. */
export function refusal(text: string): { code: number; data: Problem; answerId: unknown } {
  const decoded = only(text);
  assert.equal(decoded.kind, "refused", text.slice(0, 200));
  const { id, error } = JSON.parse((decoded as { answer: string }).answer);
  return { code: error.code, data: error.data, answerId: id };
}

/** The dotted paths of the fields that a frame is refused for; empty when it is not refused. */
export function faultsOf(text: string): string[] {
  if (only(text).kind === "request") return [];
  const { code, data } = refusal(text);
  assert.equal(code, -32_602, text.slice(0, 200));
  assert.ok(data.errors !== undefined && data.errors.length > 0);
  return [...new Set(data.errors.map(({ path }) => path))];
}
