/** Faults that nobody caught are logged, and the process goes on. */

/**
 * A fault that nobody caught must not end everyone's connections; nor may the runtime print it, for
 * its message may quote what people wrote.
 */
export function keepGoing(log: { error(event: string, error: unknown): void }): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("uncaught error", event.error);
  });
}
