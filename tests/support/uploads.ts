/** Uploads as a tus client makes them, step by step. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Problem } from "../../errors.ts";
import type { Person, Site } from "./world.ts";

/** Bytes, or text as UTF-8. */
export type Bytes = Uint8Array<ArrayBuffer> | string;

/** Their SHA-256 in hexadecimal. */
export function sha256Of(bytes: Bytes): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes in base64, as tus has its checksums and metadata. */
export function base64(bytes: Bytes): string {
  return Buffer.from(bytes as string).toString("base64");
}

/** How many bytes that is. */
export function lengthOf(bytes: Bytes): number {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes).length : bytes.length;
}

/** That many bytes, each by its place. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, place) => (place * 31 + (place >> 8)) & 255);
}

/** `Upload-Metadata` of these pairs. */
export function metadata(pairs: Record<string, string>): string {
  return Object.entries(pairs).map(([key, value]) => `${key} ${base64(value)}`).join(",");
}

/** An answer of tus; `problem` when it is a refusal. */
export interface TusAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: Problem | null;
}

/** Asks, with the version of tus and the token. */
export async function tus(
  person: Person,
  method: string,
  path: string,
  more: { headers?: Record<string, string>; body?: BodyInit; at?: Site } = {},
): Promise<TusAnswer> {
  const { headers = {}, body, at = person.at } = more;
  const response = await fetch(at.url + path, {
    method,
    headers: {
      authorization: `Bearer ${person.session.accessToken}`,
      "tus-resumable": "1.0.0",
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const problem = text === "" ? null : JSON.parse(text) as Problem;
  return { status: response.status, headers: response.headers, problem };
}

/** Asks to begin an upload. */
export function begin(
  person: Person,
  size: number,
  pairs: Record<string, string> = { filename: "file.bin" },
): Promise<TusAnswer> {
  const headers = { "upload-length": String(size), "upload-metadata": metadata(pairs) };
  return tus(person, "POST", "/v1/uploads", { headers });
}

/** Begins an upload; gives its id. */
export async function begun(
  person: Person,
  size: number,
  pairs?: Record<string, string>,
): Promise<string> {
  const { status, headers } = await begin(person, size, pairs);
  assert.equal(status, 201);
  return headers.get("location")!.split("/").at(-1)!;
}

/** Sends bytes from an offset on. */
export function patch(
  person: Person,
  id: string,
  offset: number,
  more: { body?: BodyInit; headers?: Record<string, string>; at?: Site } = {},
): Promise<TusAnswer> {
  return tus(person, "PATCH", `/v1/uploads/${id}`, {
    ...more,
    headers: {
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offset),
      ...more.headers,
    },
  });
}

/** Asks where an upload stands. */
export function head(person: Person, id: string, at?: Site): Promise<TusAnswer> {
  return tus(person, "HEAD", `/v1/uploads/${id}`, at === undefined ? {} : { at });
}

/** Where an upload stands. */
export async function offsetOf(person: Person, id: string, at?: Site): Promise<number> {
  const { status, headers } = await head(person, id, at);
  assert.equal(status, 200);
  return Number(headers.get("upload-offset"));
}

/** Uploads a file whole; gives its id. */
export async function upload(
  person: Person,
  bytes: Bytes,
  pairs?: Record<string, string>,
): Promise<string> {
  const id = await begun(person, lengthOf(bytes), pairs);
  if (lengthOf(bytes) > 0) {
    const { status } = await patch(person, id, 0, { body: bytes });
    assert.equal(status, 204);
  }
  return id;
}

/** The head of a PATCH as bytes on the line. */
export function patchHead(
  person: Person,
  id: string,
  request: { offset: number; length: number; headers?: Record<string, string> },
): string {
  const { offset, length, headers = {} } = request;
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `PATCH /v1/uploads/${id} HTTP/1.1`,
    "Host: localhost",
    `Authorization: Bearer ${person.session.accessToken}`,
    "Tus-Resumable: 1.0.0",
    "Content-Type: application/offset+octet-stream",
    `Upload-Offset: ${offset}`,
    `Content-Length: ${length}`,
    ...more,
    "",
    "",
  ].join("\r\n");
}
