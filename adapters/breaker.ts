/** A breaker before a service: what does not answer is given up on, and after a few is left alone for a while. */
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";

/** Calls a service, or fails at once while it is known to be away. */
export interface Breaker {
  run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The last calls were answered, as far as is known. */
  readonly isClosed: boolean;
}

/** How long a call may take, how many failures in a row are enough, and for how long it rests then. */
export interface BreakerOptions {
  readonly answerWithinMs: number;
  readonly failuresMax: number;
  readonly restMs: number;
  /** A refusal is an answer too. */
  readonly isAnswer?: (error: unknown) => boolean;
  /** So many calls in a row have failed. */
  readonly onBreak?: () => void;
}

/** Two seconds are longer than a busy Redis and a busy event loop together take. */
export const breakerDefaults: BreakerOptions = {
  answerWithinMs: 2_000,
  failuresMax: 3,
  restMs: 1_000,
};

/** A breaker for one service. */
export function breakerFor(options: BreakerOptions): Breaker {
  const { answerWithinMs, failuresMax, restMs, isAnswer, onBreak } = options;
  const circuit = circuitBreaker(handleWhen((error) => !isAnswer?.(error)), {
    halfOpenAfter: restMs,
    breaker: new ConsecutiveBreaker(failuresMax),
  });
  if (onBreak) circuit.onBreak(onBreak);
  const policy = wrap(circuit, timeout(answerWithinMs, TimeoutStrategy.Aggressive));
  return {
    run: (call) => policy.execute(({ signal }) => call(signal)),
    get isClosed() {
      return circuit.state === CircuitState.Closed;
    },
  };
}
