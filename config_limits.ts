/** The settings of how much at once: bodies, frames, connections and what waits. */
import { integer, type Setting } from "./config_values.ts";

const mebibyte = 1_048_576;

/** Limits by their environment name; each has a consequence where it is passed. */
export const limitSettings = {
  BODY_BYTES_MAX: { default: "65536", parse: integer(1_024, mebibyte), about: "A request body" },
  FRAME_BYTES_MAX: {
    default: "65536",
    parse: integer(1_024, mebibyte),
    about: "A frame from a client",
  },
  BATCH_MAX: { default: "100", parse: integer(1, 1_000), about: "Requests in one frame" },
  FRAMES_PER_SECOND: {
    default: "50",
    parse: integer(1, 100_000),
    about: "Requests a second on one connection",
  },
  FRAMES_BURST: {
    default: "100",
    parse: integer(1, 100_000),
    about: "Requests at once on one connection",
  },
  REQUESTS_IN_FLIGHT_MAX: {
    default: "256",
    parse: integer(1, 10_000),
    about: "Unanswered requests of one connection",
  },
  CONNECTIONS_MAX: {
    default: "100000",
    parse: integer(1, 10_000_000),
    about: "Connections of this instance",
  },
  CONNECTIONS_PER_USER_MAX: {
    default: "20",
    parse: integer(1, 100_000),
    about: "Connections of one user",
  },
  CONNECTIONS_PER_ADDRESS_MAX: {
    default: "1000",
    parse: integer(1, 1_000_000),
    about: "Connections from one address",
  },
  PING_INTERVAL_MS: {
    default: "25000",
    parse: integer(50, 600_000),
    about: "Between two pings; silence of two ends a connection",
  },
  OUTBOX_BYTES_MAX: {
    default: "1048576",
    parse: integer(65_536, 64 * mebibyte),
    about: "Unsent bytes that end a slow connection",
  },
  OUTBOX_LIVELY_BYTES_MAX: {
    default: "262144",
    parse: integer(16_384, 64 * mebibyte),
    about: "Unsent bytes over which typing and presence are left out",
  },
  CLOSING_BYTES_MAX: {
    default: "67108864",
    parse: integer(mebibyte, 4_096 * mebibyte),
    about: "Unsent bytes of closed, unread sockets before new ones are refused",
  },
  GUESTS_PER_ADDRESS_MAX: {
    default: "100",
    parse: integer(1, 1_000_000),
    about: "Guests and widget sessions that begin from one address in a window of signing in",
  },
  ATTACHMENTS_BYTES_PER_GUEST_MAX: {
    default: "209715200",
    parse: integer(1, 1_048_576 * mebibyte),
    about: "All attachments of one guest",
  },
  SEND_QUEUE_MAX: {
    default: "10000",
    parse: integer(100, 1_000_000),
    about: "Messages that may wait to be stored",
  },
} satisfies Record<string, Setting<number>>;
