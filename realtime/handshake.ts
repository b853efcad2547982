/** The upgrade: origin, token and limits are checked before a socket exists; refusals are plain answers. */
import { v7 as uuidv7 } from "uuid";
import { countedAddress } from "../domain/addresses.ts";
import type { App } from "../domain/app.ts";
import { authenticate } from "../domain/sessions.ts";
import type { Access } from "../domain/tokens.ts";
import { Turnstile } from "../domain/turnstile.ts";
import { fail } from "../errors.ts";
import { subprotocol } from "../schemas/frames.ts";
import type { Admission } from "./admission.ts";
import { closeCodes } from "./close_codes.ts";
import { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";

const bearerPrefix = "bearer.";
// Deno pings a socket that is silent for this long, and drops it when nothing comes back: a second
// net below the heartbeat, for networks that died without a word.
const idleTimeoutSeconds = 120;

function offeredProtocols(request: Request): string[] {
  const header = request.headers.get("sec-websocket-protocol") ?? "";
  return header.split(",").map((name) => name.trim());
}

/** The token: browsers offer it as a subprotocol, others send the header; never in the URL. */
function tokenOf(request: Request): string | null {
  const offered = offeredProtocols(request).find((name) => name.startsWith(bearerPrefix));
  if (offered !== undefined) return offered.slice(bearerPrefix.length);
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

// A page elsewhere must not use the reader's network to connect; programs send no Origin.
function requireOrigin(request: Request, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin) || allowed.includes("*")) return;
  const isSameHost = URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
  if (!isSameHost) throw fail("originNotAllowed");
}

function isUpgrade(request: Request): boolean {
  return request.method === "GET" &&
    request.headers.get("upgrade")?.toLowerCase() === "websocket" &&
    // The runtime takes any version; there is one.
    request.headers.get("sec-websocket-version") === "13";
}

// After a restart everybody comes back at once. All tokens checked side by side would take no less
// time, but the memory of them all.
const crowd = { atOnceMax: 32, queueMax: 20_000, retryAfterMs: 2_000 };

/** Turns requests to `/v1/ws` into connections. */
export class Handshake {
  readonly #turnstile = new Turnstile(crowd);
  readonly #gate: Parameters<typeof authenticate>[0];

  constructor(readonly app: App, readonly hub: Hub, readonly admission: Admission) {
    this.#gate = { ...app, sessions: app.sessionsOfNewcomers };
  }

  /**
   * Checks and upgrades.
   * @throws `originNotAllowed`, `tokenMissing`, `tokenInvalid`, `tokenExpired`, `sessionRevoked`,
   * `accountLocked`, `upgradeRequired`, `rateLimited`, `overloaded`, `draining`.
   */
  async upgrade(request: Request, from: string): Promise<Response> {
    requireOrigin(request, this.app.config.allowedOrigins);
    // Before the token is looked at: while there is no room that would be work for nothing.
    this.admission.requireRoom();
    const access = await this.#turnstile.pass(() => authenticate(this.#gate, tokenOf(request)));
    const address = countedAddress(from);
    const place = { userId: access.userId, address };
    this.admission.take(place);
    try {
      // Last: a browser cannot read why its socket failed, so it asks again without an upgrade.
      if (!isUpgrade(request)) throw fail("upgradeRequired");
      return this.#accept(request, access, address);
    } catch (error) {
      this.admission.giveBack(place);
      // The runtime refuses what is no proper WebSocket handshake (RFC 6455, 4.2.1).
      if (error instanceof TypeError) throw fail("upgradeRequired", { cause: error });
      throw error;
    }
  }

  #accept(request: Request, access: Access, address: string): Response {
    const batches = offeredProtocols(request).includes(subprotocol);
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: idleTimeoutSeconds,
      // Only the protocol is echoed, never the token beside it.
      ...(batches ? { protocol: subprotocol } : {}),
    });
    socket.binaryType = "arraybuffer";
    const id = uuidv7();
    response.headers.set("x-request-id", id);
    const parts = { id, socket, access, address, batches };
    const connection = new Connection(this.app, this.hub, parts);
    this.admission.settle(connection);
    this.#listen(socket, connection);
    return response;
  }

  #listen(socket: WebSocket, connection: Connection): void {
    socket.onopen = () => {
      this.admission.opened(connection);
      if (connection.isOpen) void this.hub.open(connection);
      else socket.close(closeCodes.overloaded);
    };
    socket.onmessage = (event) => connection.receive(event.data);
    // An error ends the socket without fail; its close event says with which code.
    socket.onerror = () => {};
    socket.onclose = (event) => connection.closed(event.code);
  }
}
