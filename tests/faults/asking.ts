/** Asking a server that may be gone: what came of it is an answer, a refusal, or unknown. */
import type { Problem } from "../../errors.ts";
import { CallFailed } from "../support/client.ts";

/** No answer within the limit, or a broken connection: it may or may not have been done. */
export class Lost extends Error {
  override readonly name = "Lost";
}

// After these the same may be asked again, with a new session if need be; of a send nobody knows whether it was stored.
const passing = new Set([
  "unavailable",
  "overloaded",
  "draining",
  "rateLimited",
  "accountLocked",
  "sessionRevoked",
]);

/** What came of asking. `doubtful`: it may or may not have been done, now or later. */
export type Outcome<T> =
  | { readonly is: "answered"; readonly value: T }
  | { readonly is: "refused"; readonly code: string }
  | { readonly is: "doubtful"; readonly why: string };

/** Waits for an answer; anything but an answer, a refusal or a loss is a fault of the test's own. */
export async function outcomeOf<T>(asking: Promise<T>): Promise<Outcome<T>> {
  try {
    return { is: "answered", value: await asking };
  } catch (error) {
    if (error instanceof Lost) return { is: "doubtful", why: error.message };
    if (!(error instanceof CallFailed)) throw error;
    const { code } = error.problem;
    return passing.has(code) ? { is: "doubtful", why: code } : { is: "refused", code };
  }
}

/** One request to an instance. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  /** How long the answer may take. */
  readonly limitMs?: number;
}

const restLimitMs = 4_000;

/**
 * Asks by REST.
 * @throws {Lost} without an answer, {CallFailed} when refused.
 */
export async function askRest<T>(url: string, asked: Asked): Promise<T> {
  const { method, path, body, token, limitMs = restLimitMs } = asked;
  const headers = {
    ...token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...body === undefined ? {} : { "content-type": "application/json" },
  };
  const signal = AbortSignal.timeout(limitMs);
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const { status, text } = await fetch(url + path, { method, headers, signal, ...sent })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch((error) => {
      throw new Lost(`${method} ${path}: ${error.name}`);
    });
  const answer = text === "" ? null : JSON.parse(text);
  if (status >= 400) throw new CallFailed(status, answer as Problem);
  return answer as T;
}
