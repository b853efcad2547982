/** Typing: told to the others while it lasts, stored nowhere. */
import { fail } from "../errors.ts";
import type { Actor, App } from "./app.ts";
import { maySend } from "./policy.ts";
import { loadSeat } from "./seats.ts";

/**
 * Says that I type, or have stopped. Who may not send may not be seen typing. Under load it is told
 * to nobody, without a word.
 * @throws `notFound`, `notMember`, `notFriends`, `muted`, `conversationDismissed`.
 */
export async function setTyping(
  app: App,
  actor: Actor,
  input: { conversationId: string; typing: boolean },
): Promise<void> {
  // Nobody misses it for a while, and the server ends what was told before.
  if (!app.load.admits("typing")) return;
  const { conversationId, typing } = input;
  const who = { conversationId, userId: actor.userId };
  // Asked of the database each time: memory may not know yet that a friendship has ended, and here
  // no append finds out.
  const seat = await loadSeat(app, app.database.orm, who);
  if (seat === null) throw fail("notFound");
  const refusal = maySend(seat, app.clock.now());
  // To have stopped is told whatever has changed meanwhile.
  if (typing && refusal !== null) throw fail(refusal);
  app.live.typing(conversationId, actor.userId, typing);
}
