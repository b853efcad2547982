/** Pages of an origin of their own, for tests: text from memory, under a policy. */

/** A file as it is served. */
export interface HostedFile {
  readonly type: string;
  readonly body: string;
}

/** What the strictest sites send: no inline script, no markup from strings. */
export const strictPolicy = "default-src 'none'; script-src 'self'; connect-src *; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** An HTML page with the scripts of these addresses as modules. */
export function htmlPage(title: string, ...scripts: string[]): HostedFile {
  const modules = scripts.map((src) => `<script type="module" src="${src}"></script>`).join("");
  const head = `<meta charset="utf-8"><title>${title}</title>`;
  const body = `<!doctype html><html lang="en">${head}<h1>${title}</h1>${modules}</html>`;
  return { type: "text/html; charset=utf-8", body };
}

/** A JavaScript module. */
export function script(body: string): HostedFile {
  return { type: "text/javascript", body };
}

/** A server of files by their paths. */
export class PageHost implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(readonly files: Record<string, HostedFile>, policy: string = strictPolicy) {
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    this.#server = Deno.serve(options, (request) => {
      const { pathname } = new URL(request.url);
      // Browsers ask for it by themselves.
      if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
      const file = this.files[pathname];
      if (file === undefined) return new Response("Not found", { status: 404 });
      const headers = { "content-type": file.type, "content-security-policy": policy };
      return new Response(file.body, { headers });
    });
  }

  /** What goes into `ALLOWED_ORIGINS`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}
