/** A server on loopback that does what a test tells it to: each socket and each answer by itself. */
import type { FailureCode } from "../../errors.ts";
import type { Session } from "../../schemas/auth.ts";
import { until } from "../support/waiting.ts";

/** A request over a socket. */
export interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** A refusal as the server words it. */
export function problem(code: FailureCode, status = 400, more: { retryAfterMs?: number } = {}) {
  return { type: `urn:patter:problem:${code}`, title: code, status, code, ...more };
}

type FakeProblem = ReturnType<typeof problem>;

/** Thrown by what answers, to refuse. */
export class Refuse extends Error {
  constructor(readonly problem: FakeProblem) {
    super(problem.code);
  }
}

/** What a test lets a method answer; `undefined`: nothing at all. */
export type Reply = (params: Record<string, unknown>, line: FakeLine) => unknown;

/** One socket at the server. */
export class FakeLine {
  readonly asked: Asked[] = [];
  readonly frames: string[] = [];
  closed = false;

  constructor(readonly server: FakeServer, readonly socket: WebSocket, readonly token: string) {
    socket.onmessage = ({ data }) => this.#take(String(data));
    socket.onclose = () => this.closed = true;
    socket.onerror = () => {};
  }

  #take(frame: string): void {
    this.frames.push(frame);
    const message = JSON.parse(frame);
    if (message.id === undefined) return;
    this.asked.push(message);
    this.answer(message);
  }

  /** Answers as the server was told to. */
  answer({ id, method, params }: Asked): void {
    try {
      const result = this.server.replies[method]?.(params, this);
      if (result !== undefined) this.send({ id, result });
    } catch (error) {
      if (!(error instanceof Refuse)) throw error;
      const { problem } = error;
      this.send({ id, error: { code: -32_000, message: problem.title, data: problem } });
    }
  }

  /** Sends one message, or several in one frame. */
  send(...messages: object[]): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const all = messages.map((message) => ({ jsonrpc: "2.0", ...message }));
    this.socket.send(JSON.stringify(all.length === 1 ? all[0] : all));
  }

  /** Says `session.ready`. */
  ready(more: Record<string, unknown> = {}): this {
    this.send({ method: "session.ready", params: { ...this.server.welcome(), ...more } });
    return this;
  }

  /** The first request of a method, now or within the limit. */
  async request(method: string, fits: (asked: Asked) => boolean = () => true): Promise<Asked> {
    const find = () => this.asked.find((asked) => asked.method === method && fits(asked));
    await until(`a request "${method}"`, find);
    return find()!;
  }

  /** All requests of a method. */
  requests(method: string): Asked[] {
    return this.asked.filter((asked) => asked.method === method);
  }
}

/** A session of nobody in particular. */
export function sessionOf(accessToken = "token1", lifeMs = 1_800_000): Session {
  return {
    user: {
      id: "00000000-0000-7000-8000-000000000001",
      username: "ana",
      nickname: "Ana",
      avatarUrl: null,
      sex: "unknown",
      bio: null,
      role: "user",
      phone: null,
      locale: null,
      findableByPhone: false,
      createdAt: new Date().toISOString(),
    },
    sessionId: "00000000-0000-7000-8000-00000000000a",
    accessToken,
    accessTokenExpiresAt: new Date(Date.now() + lifeMs).toISOString(),
    refreshToken: `refresh of ${accessToken}`,
    refreshTokenExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  };
}

/** The server. */
export class FakeServer implements AsyncDisposable {
  readonly lines: FakeLine[] = [];
  /** Requests by REST, as `METHOD /path`. */
  readonly rest: { what: string; headers: Headers; body: string }[] = [];
  /** What sockets are refused with, while this is set. */
  refusal: FakeProblem | null = null;
  /** Whether a new socket is told `session.ready` by itself. */
  isEager = true;
  pingIntervalMs = 25_000;
  tokenLifeMs = 1_800_000;
  /** What REST answers, by `METHOD /path`. */
  readonly routes: Record<string, (body: string) => Response> = {};
  readonly replies: Record<string, Reply> = {
    "conversation.list": () => ({ items: [], nextCursor: null, syncCursor: "cursor" }),
    "ping": () => ({ serverTime: new Date().toISOString() }),
    "session.refresh": () => ({
      tokenExpiresAt: new Date(Date.now() + this.tokenLifeMs).toISOString(),
    }),
  };
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => this.#take(request),
  );
  #refreshes = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What `session.ready` says. */
  welcome() {
    return {
      connectionId: crypto.randomUUID(),
      sessionId: sessionOf().sessionId,
      userId: sessionOf().user.id,
      serverTime: new Date().toISOString(),
      pingIntervalMs: this.pingIntervalMs,
      tokenExpiresAt: new Date(Date.now() + this.tokenLifeMs).toISOString(),
      syncCursor: "cursor",
      pending: { friendRequests: 0, groupRequests: 0 },
    };
  }

  async #take(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/ws") return this.#socket(request);
    const what = `${request.method} ${pathname}`;
    const body = await request.text();
    this.rest.push({ what, headers: request.headers, body });
    if (this.routes[what]) return this.routes[what](body);
    if (what !== "POST /v1/auth/refresh") return refuse(problem("notFound", 404));
    this.#refreshes++;
    return Response.json(sessionOf(`fresh${this.#refreshes}`));
  }

  #socket(request: Request): Response {
    if (this.refusal !== null) return refuse(this.refusal);
    if (request.headers.get("upgrade") === null) return refuse(problem("upgradeRequired", 426));
    const offered = request.headers.get("sec-websocket-protocol")!.split(", ");
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: offered[0]! });
    const line = new FakeLine(this, socket, offered[1]!.replace("bearer.", ""));
    socket.onopen = () => {
      this.lines.push(line);
      if (this.isEager) line.ready();
    };
    return response;
  }

  /** The socket of this number, from 0 on, now or within the limit. */
  async line(number: number): Promise<FakeLine> {
    await until(`socket ${number}`, () => this.lines[number]);
    return this.lines[number]!;
  }

  /** How often a route was asked. */
  count(what: string): number {
    return this.rest.filter((request) => request.what === what).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.lines) if (socket.readyState < 2) socket.close();
    const patience = new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.race([this.#server.shutdown(), patience]);
  }
}

/** A refusal of REST. */
export function refuse(because: FakeProblem): Response {
  return Response.json(because, { status: because.status });
}
