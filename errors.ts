/** Every failure a client may meet: one table of codes, one way to throw them, one way to show them. */

/** Code → HTTP status and title. The codes are stable words of the wire contract. */
export const failures = {
  invalidInput: [400, "Invalid input"],
  invalidFrame: [400, "Invalid frame"],
  unknownMethod: [400, "Unknown method"],
  tokenMissing: [401, "Access token missing"],
  tokenInvalid: [401, "Token invalid"],
  tokenExpired: [401, "Token expired"],
  sessionRevoked: [401, "Session ended"],
  badCredentials: [401, "Wrong name or password"],
  refreshTokenReused: [401, "Refresh token used twice"],
  notAllowed: [403, "Not allowed"],
  notMember: [403, "Not a member any more"],
  notFriends: [403, "Not friends"],
  blocked: [403, "Blocked"],
  muted: [403, "Muted"],
  inviteOnly: [403, "By invitation only"],
  originNotAllowed: [403, "Origin not allowed"],
  accountLocked: [403, "Account locked"],
  notFound: [404, "Not found"],
  methodNotAllowed: [405, "Method not allowed"],
  usernameTaken: [409, "Username taken"],
  phoneTaken: [409, "Phone number taken"],
  alreadyFriends: [409, "Already friends"],
  alreadyHandled: [409, "Already handled"],
  ownerMustTransfer: [409, "The owner must transfer or dismiss first"],
  idempotencyConflict: [409, "Idempotency key in use"],
  conversationDismissed: [409, "Conversation dismissed"],
  editWindowClosed: [409, "Too late to edit"],
  recallWindowClosed: [409, "Too late to recall"],
  messageRecalled: [409, "Message recalled"],
  wrongOffset: [409, "Not where the upload stands"],
  gone: [410, "Gone"],
  wrongTusVersion: [412, "Not a version of tus that is spoken here"],
  tooLarge: [413, "Too large"],
  unsupportedMedia: [415, "Unsupported media type"],
  rangeNotSatisfiable: [416, "Beyond the end"],
  uploadLocked: [423, "The upload is being written to"],
  upgradeRequired: [426, "Upgrade required"],
  rateLimited: [429, "Too many requests"],
  wrongChecksum: [460, "Checksum mismatch"],
  internal: [500, "Internal error"],
  overloaded: [503, "Overloaded"],
  draining: [503, "Shutting down"],
  unavailable: [503, "Temporarily unavailable"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** A stable camelCase word of the wire contract. */
export type FailureCode = keyof typeof failures;

/** What is wrong with one field: `path` is dotted (`body.text`). */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What may be said beyond the code; `requestId` only ever with `internal`. */
export interface FailureOptions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** RFC 9457 problem details, as they go over REST and inside JSON-RPC errors. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: FailureCode;
  detail?: string;
  errors?: readonly FieldError[];
  retryAfterMs?: number;
  requestId?: string;
}

/** A failure that a caller may meet, by code. */
export class Failure extends Error {
  override readonly name = "Failure";
  constructor(readonly code: FailureCode, readonly options: FailureOptions = {}) {
    super(
      options.detail ?? failures[code][1],
      options.cause === undefined ? undefined : { cause: options.cause },
    );
  }
  /** The HTTP status that goes with the code. */
  get status(): number {
    return failures[this.code][0];
  }
  /** Whether something is wrong with the server: not where it turns work away as it should. */
  get isFault(): boolean {
    return this.status >= 500 && this.code !== "draining" && this.code !== "overloaded";
  }
}

/** What zod says of one thing that is wrong. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** What zod found, by dotted path; each unknown field by its own. */
export function fieldErrors(issues: readonly Issue[]): FieldError[] {
  const dotted = (path: readonly PropertyKey[]) => path.map(String).join(".");
  return issues.flatMap(({ code, path, message, keys = [] }) =>
    code === "unrecognized_keys"
      ? keys.map((key) => ({ path: dotted([...path, key]), message: "Unknown field" }))
      : [{ path: dotted(path), message }]
  );
}

/** `throw fail("notMember")` reads as what it does. */
export function fail(code: FailureCode, options?: FailureOptions): Failure {
  return new Failure(code, options);
}

/**
 * When to come back: between `leastMs` and three times that, by chance, so that those who are refused
 * together do not come back together.
 */
export function later(leastMs: number = 1_000): number {
  return Math.round(leastMs * (1 + 2 * Math.random()));
}

/** There is no room now. */
export function overloaded(leastMs?: number): Failure {
  return fail("overloaded", { retryAfterMs: later(leastMs) });
}

// A retry within a second of an outage only meets the same outage.
const outageRetryAfterMs = 1_000;

// SQLSTATE classes 08 (connection), 53 (resources: disk full, too many connections), 57P (shutdown,
// starting up), 58 (system), 57014 and 25P03/25P04 (a time limit), 55P03 (lock not available):
// https://www.postgresql.org/docs/current/errcodes-appendix.html; then the words that postgres.js
// and the operating system use when there is no server to ask.
const outage =
  /^(08...|53...|57P..|58...|57014|25P0[34]|55P03|CONNECTION_\w+|CONNECT_TIMEOUT|ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT|ENOSPC|EAI_AGAIN)$/;

/** Gives the failure that an error means to the client: itself, `unavailable`, or `internal`. */
export function failureOf(error: unknown): Failure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Failure) return cause;
    const code = (cause as { code?: unknown }).code;
    if (typeof code === "string" && outage.test(code)) {
      return fail("unavailable", { retryAfterMs: outageRetryAfterMs, cause: error });
    }
  }
  return fail("internal", { cause: error });
}

/** The problem object of a failure; `internal` tells its request id and nothing else. */
export function problemOf(failure: Failure, requestId?: string): Problem {
  const { code, options } = failure;
  const [status, title] = failures[code];
  const problem: Problem = { type: `urn:patter:problem:${code}`, title, status, code };
  if (code === "internal") return requestId === undefined ? problem : { ...problem, requestId };
  if (options.detail !== undefined) problem.detail = options.detail;
  if (options.errors !== undefined) problem.errors = options.errors;
  if (options.retryAfterMs !== undefined) problem.retryAfterMs = Math.ceil(options.retryAfterMs);
  return problem;
}
