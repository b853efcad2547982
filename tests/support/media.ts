/** Small files of several types, made here; and how attachments are asked for. */
import { Buffer } from "node:buffer";
import type { Attachment } from "../../schemas/attachments.ts";
import type { Message, Sent } from "../../schemas/messages.ts";
import type { Answer, Person } from "./world.ts";

/** A GIF's head: as far as anyone looks for its type and size. */
export function gif(width: number, height: number, rest = ""): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(13);
  head.write("GIF89a", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return Uint8Array.from([...head, ...Buffer.from(rest)]);
}

/** A PNG's head. */
export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.writeUInt32BE(13, 8);
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(4, 33);
  bytes.write("IDAT", 37, "latin1");
  return Uint8Array.from(bytes);
}

/** The beginning of an MP3. */
export const mp3: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Buffer.from("ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x00".padEnd(200, "\0"), "latin1"),
);
/** The beginning of a PDF. */
export const pdf: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Buffer.from("%PDF-1.7\n%rest\n".padEnd(200, " ")),
);

/** What is known of an attachment. */
export function infoOf(person: Person, id: string): Promise<Answer<Attachment>> {
  return person.ask<Attachment>("GET", `/v1/attachments/${id}/info`);
}

/** Asks for the bytes; with headers such as `range`. */
export async function fetchBytes(
  person: Person,
  id: string,
  headers: Record<string, string> = {},
  method = "GET",
) {
  const authorization = `Bearer ${person.session.accessToken}`;
  const url = `${person.at.url}/v1/attachments/${id}`;
  const response = await fetch(url, { method, headers: { authorization, ...headers } });
  const bytes = await response.bytes();
  return { status: response.status, headers: response.headers, bytes };
}

/** The status that somebody gets when asking for the bytes. */
export async function statusOf(person: Person, id: string): Promise<number> {
  return (await fetchBytes(person, id)).status;
}

/** Sends a message that holds an attachment. */
export function shares(
  person: Person,
  conversationId: string,
  attachmentId: string,
  more: { kind?: Message["kind"]; clientId?: string; body?: object } = {},
): Promise<Answer<Sent>> {
  const { kind = "file", clientId = crypto.randomUUID(), body } = more;
  const path = `/v1/conversations/${conversationId}/messages`;
  return person.ask<Sent>("POST", path, { clientId, kind, body: { attachmentId, ...body } });
}
