/** A server that has been replaced by a newer one: another document, another worker, and one part renamed. */
import { gunzipSync } from "node:zlib";
import type { Instance } from "../world.ts";

/** Serves as before until `release`. */
export interface NewVersion extends AsyncDisposable {
  release(): void;
}

type Serve = Instance["patter"]["fetch"];

async function textOf(response: Response): Promise<string> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isPacked = response.headers.get("content-encoding") === "gzip";
  return new TextDecoder().decode(isPacked ? gunzipSync(bytes) : bytes);
}

/** Changes what a file says; its etag goes, as it is another's. */
async function changed(response: Response, change: (text: string) => string): Promise<Response> {
  const headers = new Headers(response.headers);
  for (const name of ["etag", "content-encoding", "content-length"]) headers.delete(name);
  return new Response(change(await textOf(response)), { headers });
}

const renamed = /\/assets\/help_dialog-\w+\.js/;

// Its files have another digest, and one of them another name.
function newerWorker(text: string): string {
  return text.replace(renamed, "/icon-180.png").replace(/"[\w-]{22}"/, '"the next version"');
}

/** Puts a newer version in place of a server's pages, once it is released. */
export function newVersionOf(site: Instance): NewVersion {
  const served = site.patter as { fetch: Serve };
  const before = served.fetch;
  let isReleased = false;
  const serve = async (request: Request, ...rest: unknown[]): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const plain = new Request(request.url, { headers: { "accept-encoding": "identity" } });
    const ask = (asked: Request) =>
      (before as (...given: unknown[]) => Promise<Response>)(asked, ...rest);
    if (!isReleased) return await ask(request);
    if (pathname === "/") {
      const meta = '<meta name="version" content="2"></head>';
      return await changed(await ask(plain), (text) => text.replace("</head>", meta));
    }
    if (pathname === "/sw.js") {
      return await changed(await ask(plain), newerWorker);
    }
    return renamed.test(pathname) ? new Response(null, { status: 404 }) : await ask(request);
  };
  served.fetch = serve as Serve;
  return {
    release: () => isReleased = true,
    [Symbol.asyncDispose]: () => {
      served.fetch = before;
      return Promise.resolve();
    },
  };
}
