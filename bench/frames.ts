/** WebSocket frames (RFC 6455) as the load generator needs them: read headers, write with a zero mask. */

const final = 0x80;
const masked = 0x80;
const closeOpcode = 8;
const openingBracket = 0x5b;

/** Payloads below this are pings, greetings and replies; every room message of the bench is larger. */
export const roomPayloadBytesMin = 126;

/**
 * What a reader does with payloads; whoever passes nothing pays for headers only. The bytes are valid
 * during the call only.
 */
export interface FrameSink {
  /** Gets each text payload whole. */
  onText?(payload: Uint8Array): void;
  /** Without `onText`: gets those alone that are an array, whole. */
  onArray?(payload: Uint8Array): void;
  /** Gets each protocol ping, so that it can be answered. */
  onPing?(payload: Uint8Array): void;
}

/** Counts the frames in a stream that arrives in pieces of any size. */
export class FrameReader {
  /** Text frames of at least `roomPayloadBytesMin`. */
  frames = 0;
  /** Bytes of their payloads. */
  payloadBytes = 0;
  /** Text frames below `roomPayloadBytesMin`. */
  smallFrames = 0;

  readonly #sink: FrameSink;
  readonly #header = new Uint8Array(14);
  #headerBytes = 0;
  #opcode = 0;
  #missing = 0;
  #wanted: ((payload: Uint8Array) => void) | undefined;
  #begun = false;
  #kept: Uint8Array | undefined;
  #keptBytes = 0;

  constructor(sink: FrameSink = {}) {
    this.#sink = sink;
  }

  /** Takes the next piece of the stream; throws when the server closes or breaks the framing. */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#missing > 0) {
        at = this.#takePayload(piece, at);
        continue;
      }
      this.#header[this.#headerBytes++] = piece[at++]!;
      if (this.#headerBytes >= 2 && this.#headerBytes === headerLength(this.#header)) {
        this.#openFrame();
      }
    }
  }

  #openFrame(): void {
    const bytes = payloadLength(this.#header);
    this.#opcode = this.#header[0]! & 15;
    if ((this.#header[0]! & final) === 0) throw new Error("Fragmented frames are not expected");
    this.#headerBytes = 0;
    this.#missing = bytes;
    this.#kept = undefined;
    this.#keptBytes = 0;
    this.#begun = false;
    if (this.#opcode < closeOpcode) this.#count(bytes);
    if (bytes === 0) this.#wantedFrom(0)?.(new Uint8Array(0));
  }

  #count(bytes: number): void {
    if (bytes < roomPayloadBytesMin) {
      this.smallFrames++;
      return;
    }
    this.frames++;
    this.payloadBytes += bytes;
  }

  #takePayload(piece: Uint8Array, at: number): number {
    const end = Math.min(piece.length, at + this.#missing);
    if (!this.#begun) this.#wanted = this.#wantedFrom(piece[at]!);
    const whole = !this.#begun && end - at === this.#missing;
    this.#begun = true;
    this.#missing -= end - at;
    if (this.#wanted === undefined) return end;
    if (whole) {
      this.#wanted(piece.subarray(at, end));
      return end;
    }
    this.#kept ??= new Uint8Array(end - at + this.#missing);
    this.#kept.set(piece.subarray(at, end), this.#keptBytes);
    this.#keptBytes += end - at;
    if (this.#missing === 0) this.#wanted(this.#kept);
    return end;
  }

  /** Who wants the payload that begins with this byte. */
  #wantedFrom(firstByte: number): ((payload: Uint8Array) => void) | undefined {
    const { onText, onArray, onPing } = this.#sink;
    if (this.#opcode === closeOpcode) return throwClosed;
    if (this.#opcode > closeOpcode) return this.#opcode === 9 ? onPing : undefined;
    return onText ?? (firstByte === openingBracket ? onArray : undefined);
  }
}

function throwClosed(payload: Uint8Array): never {
  const code = payload.length >= 2 ? payload[0]! << 8 | payload[1]! : 1005;
  const reason = new TextDecoder().decode(payload.subarray(2));
  throw new Error(`The server closed the connection: ${code} "${reason}"`);
}

function headerLength(header: Uint8Array): number {
  const short = header[1]! & 127;
  const length = short === 126 ? 4 : short === 127 ? 10 : 2;
  return header[1]! & masked ? length + 4 : length;
}

function payloadLength(header: Uint8Array): number {
  const short = header[1]! & 127;
  if (short < 126) return short;
  const view = new DataView(header.buffer);
  return short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
}

/**
 * A client frame with the mask key 0: it leaves the payload as it is, so that a frame can be encoded
 * once and patched in place. `opcode` 1 is text, 10 a pong.
 */
export function encodeFrame(payload: string | Uint8Array, opcode = 1): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const head = bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10;
  const frame = new Uint8Array(head + 4 + bytes.length);
  const view = new DataView(frame.buffer);
  frame[0] = final | opcode;
  frame[1] = masked | (head === 2 ? bytes.length : head === 4 ? 126 : 127);
  if (head === 4) view.setUint16(2, bytes.length);
  if (head === 10) view.setBigUint64(2, BigInt(bytes.length));
  frame.set(bytes, head + 4);
  return frame;
}
