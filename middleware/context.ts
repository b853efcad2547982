/** What every request carries through the routes. */
import type { Actor, App } from "../domain/app.ts";
import type { FailureCode } from "../errors.ts";

/** Set by the server for each request. */
export interface Bindings {
  readonly address: string;
  readonly requestId: string;
}

/** Hono's environment: `actor` is there behind `authenticate`. */
export interface Env {
  Bindings: Bindings;
  Variables: { app: App; actor: Actor; failureCode?: FailureCode };
}
