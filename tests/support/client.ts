/** A socket client for tests: calls, and notifications that are waited for with a limit. */
import type { Problem } from "../../errors.ts";
import type {
  Changes,
  ChangesPage,
  ConversationPage,
  ReadState,
} from "../../schemas/conversations.ts";
import { type Notification, subprotocol } from "../../schemas/frames.ts";
import type { Message, MessagePage, Sent } from "../../schemas/messages.ts";
import type { Presence } from "../../schemas/presence.ts";
import { within } from "./waiting.ts";

/** A JSON-RPC message as it came. */
export interface Received {
  readonly method?: string;
  readonly id?: string | number | null;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: Problem };
}

/** The result of each method. */
export interface Results {
  "ping": { serverTime: string };
  "session.refresh": { tokenExpiresAt: string };
  "message.send": Sent;
  "message.list": MessagePage;
  "message.edit": Message;
  "message.recall": Message;
  "message.react": Message;
  "message.unreact": Message;
  "conversation.changes": ChangesPage;
  "conversation.list": ConversationPage;
  "conversation.read": ReadState;
  "conversation.typing": Record<string, never>;
  "presence.watch": { presences: Presence[] };
  "presence.unwatch": { presences: Presence[] };
  "presence.set": Record<string, never>;
}

type Name = Notification["method"];
type Params<N extends Name> = Extract<Notification, { method: N }>["params"];

interface Waiter {
  readonly fits: (message: Received) => boolean;
  readonly resolve: (message: Received) => void;
}

/** A call was refused; `problem.code` says why. */
export class CallFailed extends Error {
  constructor(readonly code: number, readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`);
  }
}

/** A connection to a server under test. */
export class Client {
  /** Every message that came, in order. */
  readonly received: Received[] = [];
  /** Every frame that came, as it came. */
  readonly frames: string[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #unseen: Received[] = [];
  readonly #waiters = new Set<Waiter>();
  #lastId = 0;

  constructor(readonly socket: WebSocket) {
    this.opened = new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("The socket did not open")));
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
    });
    socket.addEventListener("message", ({ data }) => this.#take(String(data)));
  }

  /** Connects as a browser would: the token as a subprotocol. */
  static async connect(url: string, token: string): Promise<Client> {
    const client = new Client(
      new WebSocket(url.replace("http", "ws") + "/v1/ws", [subprotocol, `bearer.${token}`]),
    );
    await within("the socket opens", client.opened);
    return client;
  }

  #take(frame: string): void {
    this.frames.push(frame);
    for (const message of [JSON.parse(frame)].flat() as Received[]) {
      this.received.push(message);
      const waiter = [...this.#waiters].find(({ fits }) => fits(message));
      if (waiter === undefined) this.#unseen.push(message);
      else {
        this.#waiters.delete(waiter);
        waiter.resolve(message);
      }
    }
  }

  /** The first message that fits and was not waited for before, now or within the limit. */
  async await(what: string, fits: (message: Received) => boolean): Promise<Received> {
    const place = this.#unseen.findIndex(fits);
    if (place >= 0) return this.#unseen.splice(place, 1)[0]!;
    return await within(what, new Promise((resolve) => this.#waiters.add({ fits, resolve })));
  }

  /** The next notification of this name (that fits). */
  async next<N extends Name>(
    name: N,
    fits: (params: Params<N>) => boolean = () => true,
  ): Promise<Params<N>> {
    const message = await this.await(
      `a notification "${name}"`,
      ({ method, params }) => method === name && fits(params as Params<N>),
    );
    return message.params as Params<N>;
  }

  /** All notifications that have come so far, but pings, which come at a moment of their own. */
  get told(): Received[] {
    return this.received.filter(({ method }) => method !== undefined && method !== "ping");
  }

  /** All notifications of this name that have come so far. */
  all<N extends Name>(name: N): Params<N>[] {
    return this.received.filter(({ method }) => method === name).map(({ params }) =>
      params as Params<N>
    );
  }

  /** Sends a frame as it is. */
  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(frame);
  }

  /** The answer to an id, whatever it is. */
  answer(id: string | number | null): Promise<Received> {
    return this.await(
      `the answer to ${JSON.stringify(id)}`,
      (message) => message.method === undefined && message.id === id,
    );
  }

  /**
   * Calls a method.
   * @throws {CallFailed} when it is refused.
   */
  async call<M extends keyof Results>(method: M, params: object = {}): Promise<Results[M]> {
    const id = ++this.#lastId;
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const { result, error } = await this.answer(id);
    if (error !== undefined) throw new CallFailed(error.code, error.data);
    return result as Results[M];
  }

  /** Texts of the messages delivered live in a conversation, in order. */
  texts(conversationId: string): string[] {
    return this.all("changes")
      .filter((changes: Changes) => changes.conversationId === conversationId)
      .flatMap(({ messages }) => messages)
      .filter(({ kind }) => kind === "text")
      .map(({ body }) => (body as { text: string }).text);
  }

  /** Resolves once a message with this text has been delivered live. */
  async sees(text: string): Promise<void> {
    await this.next(
      "changes",
      ({ messages }) =>
        messages.some(({ body }) => (body as { text?: string } | null)?.text === text),
    );
  }

  /** Closes and waits for the end. */
  async close(): Promise<void> {
    this.socket.close();
    await within("the socket closes", this.closed);
  }
}
