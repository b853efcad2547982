/** A WebSocket client made of bytes: for frames, and for rudeness, that a proper client is not capable of. */
import type { Received } from "./client.ts";
import { until, within } from "./waiting.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** RFC 6455, 5.2. */
export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** A frame to send: any of its parts may be a lie. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Uint8Array | string;
  /** The last frame of its message. */
  readonly fin?: boolean;
  /** The length that the header tells, when it is not the true one. */
  readonly declaredLength?: number;
}

/** How the server answered the request to upgrade. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** What a request to upgrade is made of. */
export interface UpgradeOptions {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
  readonly path?: string;
  /** Takes nothing from the socket once it is upgraded. */
  readonly readsNothing?: boolean;
  /** Text frames that follow the request in the same packet. */
  readonly rest?: string[];
}

function bytesOf(payload: Uint8Array | string): Uint8Array {
  return typeof payload === "string" ? encoder.encode(payload) : payload;
}

/** A client's frame, masked as RFC 6455 demands. */
export function encodeFrame(frame: RawFrame): Uint8Array<ArrayBuffer> {
  const payload = bytesOf(frame.payload);
  const length = frame.declaredLength ?? payload.length;
  const head = new DataView(new ArrayBuffer(14));
  head.setUint8(0, (frame.fin === false ? 0 : 0x80) | frame.opcode);
  let size = 2;
  if (length < 126) head.setUint8(1, 0x80 | length);
  else if (length < 65_536) {
    head.setUint8(1, 0x80 | 126);
    head.setUint16(2, length);
    size = 4;
  } else {
    head.setUint8(1, 0x80 | 127);
    head.setBigUint64(2, BigInt(length));
    size = 10;
  }
  // A mask of zeros leaves the payload as it is.
  const bytes = new Uint8Array(size + 4 + payload.length);
  bytes.set(new Uint8Array(head.buffer, 0, size));
  bytes.set(payload, size + 4);
  return bytes;
}

/** A TCP connection that speaks, or garbles, WebSocket. */
export class RawSocket {
  /** Every message that came, in order. */
  readonly received: Received[] = [];
  /** Every text frame that came, as it came. */
  readonly frames: string[] = [];
  /** The close code that the server sent; null when the connection ended without a word. */
  readonly ended: Promise<number | null>;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #closeCode: number | null = null;
  #end: (code: number | null) => void = () => {};

  private constructor(readonly conn: Deno.TcpConn) {
    this.ended = new Promise((resolve) => this.#end = resolve);
  }

  /** Asks for an upgrade, and gives the answer whatever it is. */
  static async ask(
    url: string,
    options: UpgradeOptions = {},
  ): Promise<{ socket: RawSocket; answer: UpgradeAnswer }> {
    const socket = await RawSocket.begin(url, options);
    return { socket, answer: await socket.answered(options) };
  }

  /** Asks for an upgrade and waits for no answer. */
  static async begin(url: string, options: UpgradeOptions = {}): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    const socket = new RawSocket(await Deno.connect({ hostname, port: Number(port) }));
    const rest = (options.rest ?? []).map((payload) =>
      encodeFrame({ opcode: opcodes.text, payload })
    );
    const parts = [encoder.encode(upgradeRequest(host, options)), ...rest];
    await socket.write(new Uint8Array(await new Blob(parts).arrayBuffer()));
    return socket;
  }

  /** Waits for the answer to the upgrade, and goes on to read frames. */
  async answered({ readsNothing }: UpgradeOptions = {}): Promise<UpgradeAnswer> {
    const answer = await within("an answer to the upgrade", this.#readAnswer());
    if (answer.status === 101 && readsNothing !== true) this.read();
    return answer;
  }

  /** A connection that is upgraded; the token goes in the header, and no subprotocol is offered. */
  static async open(
    url: string,
    token: string,
    options: UpgradeOptions = {},
  ): Promise<RawSocket> {
    const headers = { authorization: `Bearer ${token}`, ...options.headers };
    const { socket, answer } = await RawSocket.ask(url, { ...options, headers });
    if (answer.status !== 101) throw new Error(`Upgrade answered ${answer.status}: ${answer.body}`);
    return socket;
  }

  /** Begins to read, when nothing was read until now. */
  read(): void {
    void this.#readFrames();
  }

  /** Sends bytes as they are. */
  async write(bytes: Uint8Array | string): Promise<void> {
    try {
      for (let rest = bytesOf(bytes); rest.length > 0;) {
        rest = rest.subarray(await this.conn.write(rest));
      }
    } catch {
      // The server has ended the connection: what it said before tells why.
    }
  }

  /** Sends one frame. */
  frame(frame: RawFrame): Promise<void> {
    return this.write(encodeFrame(frame));
  }

  /** Sends a text message in one frame. */
  text(payload: string): Promise<void> {
    return this.frame({ opcode: opcodes.text, payload });
  }

  /** A message that fits, once it has come. */
  message(what: string, fits: (message: Received) => boolean): Promise<Received> {
    return until(what, () => this.received.find(fits)!);
  }

  /** The answer to an id. */
  answer(id: string | number | null): Promise<Received> {
    return this.message(
      `the answer to ${JSON.stringify(id)}`,
      (message) => message.method === undefined && message.id === id,
    );
  }

  /** Waits until the server has ended the connection; gives its close code. */
  end(): Promise<number | null> {
    return within("the server ends the connection", this.ended);
  }

  /** Cuts the connection, unread data and all. */
  cut(): void {
    try {
      this.conn.close();
    } catch {
      // It was closed before.
    }
  }

  async #more(): Promise<boolean> {
    const chunk = new Uint8Array(65_536);
    const count = await this.conn.read(chunk).catch(() => null);
    if (count === null) return false;
    const joined = new Uint8Array(this.#buffer.length + count);
    joined.set(this.#buffer);
    joined.set(chunk.subarray(0, count), this.#buffer.length);
    this.#buffer = joined;
    return true;
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#buffer.length < count) {
      if (!await this.#more()) throw new Error("The connection has ended");
    }
    const taken = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    return taken;
  }

  async #readAnswer(): Promise<UpgradeAnswer> {
    let end = -1;
    while (end < 0) {
      if (!await this.#more()) throw new Error("The connection has ended");
      end = decoder.decode(this.#buffer).indexOf("\r\n\r\n");
    }
    const [first = "", ...lines] = decoder.decode(await this.#take(end + 4)).trim().split("\r\n");
    const headers = new Headers(lines.map((line) => line.split(/: ?(.*)/, 2) as [string, string]));
    const length = Number(headers.get("content-length") ?? "0");
    return {
      status: Number(first.split(" ")[1]),
      headers,
      body: decoder.decode(await this.#take(length)),
    };
  }

  async #readFrames(): Promise<void> {
    try {
      while (await this.#readFrame());
    } catch {
      // The connection was cut: there is no more to read.
    }
    this.#end(this.#closeCode);
    this.cut();
  }

  // Servers do not mask.
  async #readFrame(): Promise<boolean> {
    const [first = 0, second = 0] = await this.#take(2);
    let length = second & 0x7f;
    if (length === 126) length = new DataView((await this.#take(2)).buffer).getUint16(0);
    else if (length === 127) {
      length = Number(new DataView((await this.#take(8)).buffer).getBigUint64(0));
    }
    const payload = await this.#take(length);
    const opcode = first & 0x0f;
    if (opcode === opcodes.text) this.#takeText(decoder.decode(payload));
    if (opcode === opcodes.ping) await this.frame({ opcode: opcodes.pong, payload });
    if (opcode !== opcodes.close) return true;
    this.#closeCode = payload.length < 2 ? null : new DataView(payload.buffer).getUint16(0);
    await this.frame({ opcode: opcodes.close, payload });
    return false;
  }

  #takeText(frame: string): void {
    this.frames.push(frame);
    this.received.push(...[JSON.parse(frame)].flat() as Received[]);
  }
}

function upgradeRequest(host: string, options: UpgradeOptions): string {
  const { protocols = [], headers = {}, path = "/v1/ws" } = options;
  const all: Record<string, string> = {
    host,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": btoa(crypto.randomUUID().slice(0, 16)),
    ...(protocols.length > 0 ? { "sec-websocket-protocol": protocols.join(", ") } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}
