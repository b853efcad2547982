/** Files that the server makes for me, saved by the browser. */
import { PatterError } from "../../../client/mod.ts";
import type { Chat } from "./chat.ts";

// A link can't carry a token, and none belongs into an address.
const keptForMs = 60_000;

function nameIn(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? "")?.[1];
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}

async function refusalIn(response: Response): Promise<PatterError> {
  const problem = await response.json().catch(() => undefined);
  return new PatterError(problem?.code ?? "unavailable", problem);
}

/** Reads a file of the server and saves it under the name that the server gives. */
export async function download({ client }: Chat, path: string): Promise<void> {
  // Renews the token when that is due, which a request of the page's own can't.
  await client.ask("GET", "/v1/users/me");
  const authorization = `Bearer ${client.session?.accessToken}`;
  const response = await fetch(path, { headers: { authorization } }).catch(() => {
    throw new PatterError("unreachable");
  });
  if (!response.ok) throw await refusalIn(response);
  const name = nameIn(response.headers.get("content-disposition")) ?? "patter";
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptForMs);
}
