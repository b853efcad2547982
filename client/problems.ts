/** Failures by code: the server's own, and those of the way there. */
import type { FailureCode, Problem } from "./wire.ts";

/** What fails before the server has said anything, or on this side. */
export type LocalCode =
  | "connectionLost"
  | "unreachable"
  | "timeout"
  | "outboxFull"
  | "cancelled";

/** Why something failed. */
export class PatterError extends Error {
  override readonly name = "PatterError";
  constructor(readonly code: FailureCode | LocalCode, readonly problem?: Problem | undefined) {
    super(problem === undefined ? code : `${code}: ${problem.detail ?? problem.title}`);
  }

  /** How long the server asks to wait. */
  get retryAfterMs(): number {
    return this.problem?.retryAfterMs ?? 0;
  }
}

/** The failure that a problem object tells. */
export function refusalOf(problem: Problem): PatterError {
  return new PatterError(problem.code as FailureCode, problem);
}

const passing =
  /^(connectionLost|unreachable|timeout|rateLimited|overloaded|draining|unavailable)$/;

/** Whether the same may succeed later without anybody doing anything about it. */
export function isPassing(error: unknown): boolean {
  return error instanceof PatterError && passing.test(error.code);
}

const endings = /^(sessionRevoked|refreshTokenReused|accountLocked|signedInElsewhere)$/;

/** Whether the session has ended: only signing in again helps. */
export function endsSession(code: string): boolean {
  return endings.test(code);
}

/** Whether what gives tokens will never give another: there `tokenInvalid` means the refresh token. */
export function isOver(error: unknown): error is PatterError {
  return error instanceof PatterError &&
    (error.code === "tokenInvalid" || endsSession(error.code));
}
