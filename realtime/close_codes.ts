/** Why the server ends a connection. 4000 to 4499: reconnect with backoff. 4500 to 4999: do not. */
import { setImmediate } from "node:timers";

/** Reason → WebSocket close code (RFC 6455, 7.4.2: 4000 to 4999 are for applications). */
export const closeCodes = {
  restarting: 4001,
  heartbeatTimeout: 4002,
  slowConsumer: 4003,
  tokenExpired: 4004,
  rateLimited: 4005,
  overloaded: 4006,
  sessionRevoked: 4501,
  signedInElsewhere: 4502,
  accountLocked: 4503,
  protocolError: 4504,
  frameTooLarge: 4505,
} as const;

/** A reason to end a connection; it goes with the code as the close frame's text. */
export type CloseReason = keyof typeof closeCodes;

const quietMs = 20;
const looksMax = 50;

/**
 * Closes a socket when no more frames come, after a second at the latest. The runtime drops a closing
 * socket at the next frame, and a peer that is still sending would not learn why (tried with 2.9.6).
 * `framesIn` counts what comes meanwhile.
 */
export function hangUp(
  socket: Pick<WebSocket, "close">,
  reason: CloseReason,
  framesIn: () => number,
): void {
  let looks = 0;
  let seen = framesIn();
  const look = () => {
    const isQuiet = framesIn() === seen;
    if (isQuiet || ++looks > looksMax) return socket.close(closeCodes[reason], reason);
    seen = framesIn();
    setTimeout(look, quietMs);
  };
  // Never while a frame is being taken: others may have come with it. From a flood more will come.
  if (reason === "rateLimited") setTimeout(look, quietMs);
  else setImmediate(look);
}
