/** Resumable uploads by tus 1.0: creating, asking how far it has come, sending a piece, giving it up. */
import type { Rest, RestRequest } from "./rest.ts";

const version = { "tus-resumable": "1.0.0" };
// A phone in a train sends a piece slowly, but it sends.
const pieceLimitMs = 120_000;

/** A file that is to be sent. */
export interface Offer {
  readonly size: number;
  readonly name: string;
  readonly type: string;
  /** In hexadecimal: what the server has already from me needs no sending. */
  readonly sha256: string | null;
}

/** Where an upload stands. */
export interface Progress {
  readonly url: string;
  readonly offset: number;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function offsetIn({ headers }: Response): number {
  return Number(headers.get("upload-offset"));
}

/** One user's uploads at the server. */
export class Tus {
  constructor(readonly rest: Rest) {}

  async #respond(request: RestRequest): Promise<Response> {
    const headers = { ...version, ...request.headers };
    const response = await this.rest.respond({ ...request, headers });
    // Empty, but a browser takes one that nobody read for given up.
    await response.text();
    return response;
  }

  /** Begins an upload; what the server has already is at its end at once. */
  async create({ size, name, type, sha256 }: Offer): Promise<Progress> {
    const pairs = { filename: name, filetype: type, ...(sha256 === null ? {} : { sha256 }) };
    const metadata = Object.entries(pairs).map(([key, value]) => `${key} ${base64(value)}`);
    const response = await this.#respond({
      method: "POST",
      path: "/v1/uploads",
      headers: { "upload-length": String(size), "upload-metadata": metadata.join() },
    });
    return { url: response.headers.get("location")!, offset: offsetIn(response) };
  }

  /** How much has come, and of how much. */
  async locate(url: string): Promise<Progress & { size: number }> {
    const response = await this.#respond({ method: "HEAD", path: url });
    return { url, offset: offsetIn(response), size: Number(response.headers.get("upload-length")) };
  }

  /** Sends a piece; gives where the upload stands then. */
  async send({ url, offset }: Progress, piece: Blob, signal: AbortSignal): Promise<Progress> {
    const response = await this.#respond({
      method: "PATCH",
      path: url,
      headers: {
        "content-type": "application/offset+octet-stream",
        "upload-offset": String(offset),
      },
      body: piece,
      signal,
      limitMs: pieceLimitMs,
    });
    return { url, offset: offsetIn(response) };
  }

  /** Gives an upload up. */
  async end(url: string): Promise<void> {
    await this.#respond({ method: "DELETE", path: url });
  }
}
