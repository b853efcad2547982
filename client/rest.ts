/** REST: a request with a time limit, its answer or its problem. */
import type { Platform } from "./platform.ts";
import { PatterError, refusalOf } from "./problems.ts";
import type { Tokens } from "./tokens.ts";
import type { FailureCode, Problem } from "./wire.ts";

const usualLimitMs = 30_000;

/** A request; `body` is sent as JSON, unless it is bytes. */
export interface RestRequest {
  readonly method: string;
  /** From `/v1` on. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
}

/** Where requests go. */
export interface RestPorts {
  readonly url: string;
  readonly platform: Platform;
}

function initOf(
  { method, body, headers, signal, limitMs = usualLimitMs }: RestRequest,
): RequestInit {
  const isJson = body !== undefined && !(body instanceof Blob);
  const limit = AbortSignal.timeout(limitMs);
  return {
    method,
    headers: { ...(isJson ? { "content-type": "application/json" } : {}), ...headers },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    body: isJson ? JSON.stringify(body) : body as Blob ?? null,
  };
}

async function fetchFrom(ports: RestPorts, request: RestRequest): Promise<Response> {
  try {
    return await ports.platform.fetch(ports.url + request.path, initOf(request));
  } catch {
    // The runtime says the same of a refused, lost or blocked request: it has not told, on purpose.
    throw new PatterError(request.signal?.aborted ? "cancelled" : "unreachable");
  }
}

const codes: Readonly<Record<number, FailureCode>> = {
  401: "tokenExpired",
  404: "notFound",
  410: "gone",
  423: "uploadLocked",
  429: "rateLimited",
};

// What stands between may answer too, and not with a problem object; and HEAD has no body at all.
async function problemIn(response: Response): Promise<Problem> {
  const { status, statusText } = response;
  const text = await response.text();
  if (text.startsWith("{")) {
    const found = JSON.parse(text) as Partial<Problem>;
    if (typeof found.code === "string") return found as Problem;
  }
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "internal");
  return { type: "about:blank", title: statusText, status, code };
}

/** The response to a request, if it is a success; else its refusal is thrown. */
export async function respond(ports: RestPorts, request: RestRequest): Promise<Response> {
  const response = await fetchFrom(ports, request);
  if (response.ok) return response;
  throw refusalOf(await problemIn(response));
}

async function bodyOf<T>(response: Response): Promise<T> {
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Asks without a token. */
export async function askServer<T>(ports: RestPorts, request: RestRequest): Promise<T> {
  return await bodyOf<T>(await respond(ports, request));
}

/** Asks as somebody. */
export class Rest {
  constructor(readonly ports: RestPorts, readonly tokens: Tokens) {}

  /** The response to a request with a token; with a newer one when the server asks for that. */
  async respond(request: RestRequest): Promise<Response> {
    const token = await this.tokens.get();
    const as = (token: string): RestRequest => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
    });
    try {
      return await respond(this.ports, as(token));
    } catch (error) {
      const isStale = error instanceof PatterError &&
        (error.code === "tokenExpired" || error.code === "tokenInvalid");
      if (!isStale) throw error;
      return await respond(this.ports, as(await this.tokens.get(token)));
    }
  }

  /** Asks, and gives the answer. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return await bodyOf<T>(await this.respond({ method, path, body }));
  }
}
