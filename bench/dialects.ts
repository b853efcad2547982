/** How each server under load is spoken to: what to say first, how a send looks, how to tell answers. */
import { Buffer } from "node:buffer";
import { encodeFrame } from "./frames.ts";

/** One message as any of the servers carries it. */
interface Delivered {
  readonly clientId: string;
}

/** The wire format of one server, as far as the load generator needs it. */
export interface Dialect {
  readonly path: string;
  /** Sent right after the upgrade. */
  readonly greeting?: Uint8Array<ArrayBuffer>;
  /** How many text frames the server sends before a connection is ready. */
  readonly readyFrames: number;
  /** Occurs once in each acknowledgement and nowhere else. */
  readonly ackToken: string;
  /** Occurs in every refusal and nowhere else. */
  readonly failToken: string;
  /** A sign of life, of those that must give one. */
  readonly sign?: Uint8Array<ArrayBuffer>;
  /** The text of a send; `id` has always ten digits, so that it can be patched in place. */
  send(id: string, conversationId: string, text: string): string;
  /** The client ids of the messages that a text frame delivers, in order. */
  clientIdsIn(frame: string): string[];
  /** How many bytes of a frame that is an array do not belong to a room. */
  foreignBytesIn(frame: string): number;
}

/** Occurs once in every delivered message, whatever the server: it comes from the sender. */
export const messageToken = `"clientId":`;

function message(id: string, conversationId: string, text: string) {
  return { conversationId, clientId: `bench-${id}`, kind: "text", body: { text } };
}

/** Patter: JSON-RPC 2.0, single or in batches. */
export const patter: Dialect = {
  path: "/v1/ws",
  readyFrames: 1,
  ackToken: `"duplicate":false`,
  failToken: `"error":`,
  sign: encodeFrame(`{"jsonrpc":"2.0","method":"pong"}`),
  send(id, conversationId, text) {
    const params = message(id, conversationId, text);
    return JSON.stringify({ jsonrpc: "2.0", id: Number(id), method: "message.send", params });
  },
  clientIdsIn(frame) {
    const parsed = JSON.parse(frame) as PatterFrame | PatterFrame[];
    return (Array.isArray(parsed) ? parsed : [parsed])
      .flatMap((one) => one.method === "changes" ? one.params.messages : [])
      .map((delivered) => delivered.clientId);
  },
  foreignBytesIn(frame) {
    const changes = (JSON.parse(frame) as PatterFrame[]).filter((one) => one.method === "changes");
    const texts = changes.map((one) => JSON.stringify(one));
    return Buffer.byteLength(frame) - texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  },
};

interface PatterFrame {
  readonly method?: string;
  readonly params: { readonly messages: Delivered[] };
}

/** Socket.IO 4 over Engine.IO 4, text packets. */
export const socketIo: Dialect = {
  path: "/socket.io/?EIO=4&transport=websocket",
  greeting: encodeFrame("40"),
  readyFrames: 3,
  ackToken: `"ok":true`,
  failToken: `"error":`,
  sign: encodeFrame("3"),
  send: (id, conversationId, text) =>
    `42${id}${JSON.stringify(["send", message(id, conversationId, text)])}`,
  clientIdsIn(frame) {
    if (!frame.startsWith(`42["message"`)) return [];
    const [, delivered] = JSON.parse(frame.slice(2)) as [string, Delivered];
    return [delivered.clientId];
  },
  foreignBytesIn: () => 0,
};

/** The bare loop of `peers/broadcast.ts`: what comes in goes out. */
export const bare: Dialect = {
  path: "/",
  readyFrames: 1,
  ackToken: `"ok":true`,
  failToken: `"error":`,
  send: (id, conversationId, text) => JSON.stringify(message(id, conversationId, text)),
  clientIdsIn(frame) {
    const delivered = JSON.parse(frame) as Partial<Delivered>;
    return delivered.clientId === undefined ? [] : [delivered.clientId];
  },
  foreignBytesIn: () => 0,
};
