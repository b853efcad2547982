/** Why the server ends a connection. 4000 to 4499: reconnect with backoff. 4500 to 4999: do not. */

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
