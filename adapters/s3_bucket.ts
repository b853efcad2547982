/** One bucket of an S3 server: objects put, read, listed, copied, and made of parts. */
import { type ByteRange, type Bytes, readObject } from "./s3_reading.ts";
import {
  codeIn,
  nullIfMissing,
  type Patience,
  type S3Place,
  S3Refusal,
  type S3Request,
  S3Requests,
  unavailable,
} from "./s3_requests.ts";

/** What lies under a key. */
export interface S3Object {
  readonly key: string;
  readonly size: number;
}

async function drop(response: Response): Promise<void> {
  await response.body?.cancel();
}

/** S3 may have begun to answer 200 before it failed: then the error stands where the result should. */
async function resultOf(response: Response): Promise<string> {
  const xml = await response.text();
  if (!xml.includes("<ETag>")) throw new S3Refusal(500, codeIn(xml));
  return xml;
}

function sizeIn(text: string | null | undefined): number {
  if (text) return Number(text);
  throw unavailable(new Error("S3 did not tell a size"));
}

async function sha256Of(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Objects by key. All that fails is `unavailable`. */
export class S3Bucket {
  readonly #requests: S3Requests;

  constructor(readonly place: S3Place, patience?: Patience) {
    this.#requests = new S3Requests(place, patience);
  }

  /**
   * Resolves when the bucket is there and opens.
   * @throws `unavailable`, whose cause is an `S3Refusal` where S3 does not let us in.
   */
  async enter(): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1" };
    await this.#requests.ask({ method: "GET", key: "", query }, drop);
  }

  /** Puts an object there, in one step: it is the old one or the new one, whole. */
  async put(key: string, body: Bytes): Promise<void> {
    await this.#requests.ask(await this.#putting(key, body), drop);
  }

  // S3 compares the digest with what arrives.
  async #putting(key: string, body: Bytes, query = {}): Promise<S3Request> {
    const headers = { "x-amz-content-sha256": await sha256Of(body) };
    return { method: "PUT", key, query, headers, body };
  }

  /** How large an object is; null when there is none. */
  async sizeOf(key: string): Promise<number | null> {
    try {
      return await this.#requests.ask({ method: "HEAD", key }, (response) => {
        return sizeIn(response.headers.get("content-length"));
      });
    } catch (error) {
      return nullIfMissing(error);
    }
  }

  /** A range of an object, as it is read; null when there is none. */
  get(key: string, range: ByteRange): Promise<AsyncGenerator<Bytes> | null> {
    return readObject(this.#requests, key, range);
  }

  /** The objects whose keys begin so, in the order of their keys. */
  async list(prefix: string): Promise<S3Object[]> {
    const found: S3Object[] = [];
    for (;;) {
      const after = found.at(-1)?.key;
      const query = {
        "list-type": "2",
        prefix,
        ...(after === undefined ? {} : { "start-after": after }),
      };
      const ask = { method: "GET", key: "", query } as const;
      const xml = await this.#requests.ask(ask, (response) => response.text());
      const page = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = ""]) => ({
        key: /<Key>(.*?)<\/Key>/s.exec(entry)?.[1] ?? "",
        size: sizeIn(/<Size>(\d+)<\/Size>/.exec(entry)?.[1]),
      }));
      found.push(...page);
      if (page.length === 0 || !xml.includes("<IsTruncated>true</IsTruncated>")) return found;
    }
  }

  /** Removes an object; none there is no fault. */
  async remove(key: string): Promise<void> {
    await this.#requests.ask({ method: "DELETE", key }, drop);
  }

  /** Copies an object within the bucket. */
  async copy(source: string, key: string): Promise<void> {
    const headers = { "x-amz-copy-source": `/${this.place.bucket}/${source}` };
    await this.#requests.ask({ method: "PUT", key, headers }, resultOf);
  }

  /** Begins an object of parts; gives what it goes by until it is complete. */
  async begin(key: string): Promise<string> {
    const request = { method: "POST", key, query: { uploads: "" } } as const;
    const xml = await this.#requests.ask(request, (response) => response.text());
    const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(xml)?.[1];
    if (uploadId === undefined) throw unavailable(new S3Refusal(500, codeIn(xml)));
    return uploadId;
  }

  /** Sends a part, counted from 1; gives its tag. */
  async putPart(
    key: string,
    body: Bytes,
    { uploadId, partNumber }: { uploadId: string; partNumber: number },
  ): Promise<string> {
    const query = { partNumber: String(partNumber), uploadId };
    return await this.#requests.ask(await this.#putting(key, body, query), async (response) => {
      await drop(response);
      return response.headers.get("etag") ?? "";
    });
  }

  /** Makes the parts one object. */
  async complete(key: string, uploadId: string, tags: readonly string[]): Promise<void> {
    const parts = tags.map((tag, place) =>
      `<Part><PartNumber>${place + 1}</PartNumber><ETag>${tag}</ETag></Part>`
    );
    const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    await this.#requests.ask({ method: "POST", key, query: { uploadId }, body }, resultOf);
  }

  /** Gives up an object of parts. */
  async abandon(key: string, uploadId: string): Promise<void> {
    await this.#requests.ask({ method: "DELETE", key, query: { uploadId } }, drop);
  }
}
