/** What is asked of whoever acts, before anything else is looked at. */
import { fail } from "../errors.ts";
import type { Actor } from "./app.ts";
import { maySocialize } from "./policy.ts";

/**
 * Refuses an act on oneself that takes two.
 * @throws `invalidInput`.
 */
export function requireOther(actor: Actor, userId: string): void {
  if (userId !== actor.userId) return;
  throw fail("invalidInput", { errors: [{ path: "userId", message: "That is yourself" }] });
}

/**
 * Refuses guests what only accounts do: asking for friends, opening conversations, making and joining
 * groups, looking for people.
 * @throws `notAllowed`.
 */
export function requireSocial(actor: Actor): void {
  const refusal = maySocialize(actor.role);
  if (refusal !== null) throw fail(refusal);
}
