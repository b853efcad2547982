/** A proxy before an S3 server that fails where a test wants it to: refuses, forgets, breaks off, keeps silent. */

/** What happens to a request: it never arrives, or its answer never comes back, or not all of it. */
export type Fault = "refused" | "slow down" | "answer lost" | "answer cut" | "silence";

/** What is known of a request when it comes. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

function refusal(status: number, code: string): Response {
  return new Response(`<Error><Code>${code}</Code></Error>`, { status });
}

/** Half of a body that says it is whole. */
function cut(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return body.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, (chunk.length + 1) >> 1));
        controller.terminate();
      },
    }),
  );
}

/** Passes requests on, with their signatures as they are. */
export class S3Faults implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Says what becomes of a request; nothing when it is passed on. */
  plan: (asked: Asked) => Fault | void = () => {};
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #client = Deno.createHttpClient({ allowHost: true });
  readonly #silence = Promise.withResolvers<void>();

  constructor(readonly target: { readonly url: string; readonly port: number }) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(request),
    );
  }

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Fails each request that fits, as often as it comes. */
  fail(fault: Fault, fits: (asked: Asked) => boolean = () => true): void {
    this.plan = (asked) => fits(asked) ? fault : undefined;
  }

  /** Fails nothing any more. */
  mend(): void {
    this.plan = () => {};
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const asked = { method: request.method, path: pathname + search };
    this.asked.push(asked);
    const fault = this.plan(asked);
    if (fault === "silence") await this.#silence.promise;
    if (fault === "silence" || fault === "refused") return refusal(500, "InternalError");
    if (fault === "slow down") return refusal(503, "SlowDown");
    const answer = await this.#pass(request, asked.path);
    if (fault === undefined) return answer;
    if (fault === "answer cut" && answer.body !== null) {
      return new Response(cut(answer.body), answer);
    }
    await answer.body?.cancel();
    return refusal(500, "InternalError");
  }

  // Under the name that the client asked for: that is part of what it signed.
  async #pass({ method, headers, body }: Request, path: string): Promise<Response> {
    const bytes = await new Response(body).bytes();
    const client = this.#client;
    const sent = bytes.length === 0 ? {} : { body: bytes };
    return await fetch(this.target.url + path, { method, headers, client, ...sent });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#silence.resolve();
    await this.#server.shutdown();
    this.#client.close();
  }
}
