/** HTTP requests as bytes: for what `fetch` would never send. */
import { within } from "./waiting.ts";
import type { Instance } from "./world.ts";

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of connection.readable) text += decoder.decode(bytes, { stream: true });
  return text;
}

/** Sends a request of these lines and this body, and reads until the server closes. */
export async function rawRequest(
  at: Instance,
  lines: readonly string[],
  body = "",
): Promise<RawAnswer> {
  const { hostname, port } = at.server.addr;
  const connection = await Deno.connect({ hostname, port });
  const head = [lines[0], "Connection: close", ...lines.slice(1)].join("\r\n");
  const reading = readAll(connection);
  await connection.write(new TextEncoder().encode(`${head}\r\n\r\n${body}`));
  const text = await within("the whole answer", reading);
  const [top = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...fields] = top.split("\r\n");
  const headers = fields.map((field) => field.split(/:\s*(.*)/s).slice(0, 2) as [string, string]);
  return {
    status: Number(first.split(" ")[1]),
    headers: new Headers(headers),
    body: rest.join(""),
  };
}
