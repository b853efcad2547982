/** Answers that take minutes: they end with the session that asked for them. */
import type { Actor, App } from "./app.ts";
import { requireSession } from "./sessions.ts";

const lookEveryMs = 2_000;

/**
 * Gives what `chunks` gives while the actor's session lives: it is looked at before a chunk when the
 * last look was a while ago. Throws `sessionRevoked` or `accountLocked`.
 */
export async function* whileSignedIn<T>(
  app: Pick<App, "sessions" | "clock">,
  actor: Actor,
  chunks: AsyncIterable<T>,
): AsyncGenerator<T> {
  let lookedAt = app.clock.now().getTime();
  for await (const chunk of chunks) {
    const now = app.clock.now().getTime();
    if (now - lookedAt >= lookEveryMs) {
      await requireSession(app, actor);
      lookedAt = now;
    }
    yield chunk;
  }
}
