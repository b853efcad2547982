/** Requests to an S3 server: signed, limited in time, repeated where that does no harm, and failing clearly. */
import { AwsClient } from "aws4fetch";
import { fail, type Failure } from "../errors.ts";

const attemptsMax = 3;
const retryAfterMs = 1_000;

/** How long S3 is waited for, in milliseconds. */
export interface Patience {
  /** For the answer to a request with a body, repeats included. */
  readonly bodyMs: number;
  /** For the answer to one without. */
  readonly bareMs: number;
  /** For the next bytes of an object that is read. */
  readonly silenceMs: number;
  /** Before the first repeat; four times as long before the next. */
  readonly pauseMs: number;
}

const usualPatience: Patience = {
  bodyMs: 60_000,
  bareMs: 10_000,
  silenceMs: 20_000,
  pauseMs: 100,
};

/** Where a bucket is, and the key that opens it. */
export interface S3Place {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether the bucket's name stands in the path, not in the host's name. */
  readonly isPathStyle: boolean;
}

/** What to ask. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
}

/** What S3 said when it refused: status and code. Its text stays out, which quotes keys and signatures. */
export class S3Refusal extends Error {
  override readonly name = "S3Refusal";
  constructor(readonly status: number, readonly code: string) {
    super(`S3 answered ${status} ${code}`.trimEnd());
  }
}

/** The code in an error's XML; empty where there is none. */
export function codeIn(xml: string): string {
  return /<Code>(\w{1,64})<\/Code>/.exec(xml)?.[1] ?? "";
}

/** What a client is told of S3's failures. */
export function unavailable(cause: unknown): Failure {
  return fail("unavailable", { retryAfterMs, cause });
}

/** For what may be absent: null when it is, else the error again. */
export function nullIfMissing(error: unknown): null {
  const cause = error instanceof Error ? error.cause : undefined;
  const isMissing = cause instanceof S3Refusal && cause.status === 404;
  if (isMissing && cause.code !== "NoSuchBucket") return null;
  throw error;
}

// What begins or ends a multipart upload is not the same when it is done twice.
function mayRepeat({ method }: S3Request, error: unknown): boolean {
  if (method === "POST") return false;
  return !(error instanceof S3Refusal) || error.status >= 500 || error.status === 429;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks one bucket. */
export class S3Requests {
  readonly #signer: AwsClient;
  readonly #base: URL;

  constructor(place: S3Place, readonly patience: Patience = usualPatience) {
    const { accessKeyId, secretAccessKey, region } = place;
    this.#signer = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3" });
    this.#base = new URL(place.endpoint);
    if (place.isPathStyle) this.#base.pathname += `/${place.bucket}`.slice(this.#endsInSlash);
    else this.#base.hostname = `${place.bucket}.${this.#base.hostname}`;
  }

  get #endsInSlash(): number {
    return this.#base.pathname.endsWith("/") ? 1 : 0;
  }

  #urlOf({ key, query = {} }: S3Request): URL {
    const url = new URL(this.#base);
    if (key !== "") url.pathname += `/${key}`.slice(this.#endsInSlash);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #attempt(request: S3Request, signal: AbortSignal): Promise<Response> {
    const { method, headers = {}, body = null } = request;
    const signed = await this.#signer.sign(this.#urlOf(request), { method, headers, body });
    // A signature is for this server and no other.
    const response = await fetch(signed, { signal, redirect: "manual" });
    if (response.ok) return response;
    throw new S3Refusal(response.status, codeIn(await response.text()));
  }

  /**
   * Asks, and takes from the answer what is wanted of it, within the time.
   * @throws `unavailable`, whose cause is an `S3Refusal` where S3 has answered.
   */
  async ask<T>(request: S3Request, take: (response: Response) => Promise<T> | T): Promise<T> {
    const limit = new AbortController();
    const ms = request.body === undefined ? this.patience.bareMs : this.patience.bodyMs;
    const timer = setTimeout(() => limit.abort(new Error(`S3 took over ${ms} ms`)), ms);
    try {
      for (let attempt = 1;; attempt++) {
        try {
          return await take(await this.#attempt(request, limit.signal));
        } catch (error) {
          const isLast = attempt === attemptsMax || limit.signal.aborted;
          if (isLast || !mayRepeat(request, error)) throw unavailable(error);
        }
        // At random within it, so that those who met one outage do not come back together.
        await pause(this.patience.pauseMs * 4 ** (attempt - 1) * (0.5 + Math.random()));
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
