/** What was changed in a form. */
import type { ConversationState } from "../../../client/mod.ts";

/** Some of what all members share. */
export type GroupChanges = Partial<ConversationState>;

/** What of it is another now: what stays is not sent, as somebody else may change it meanwhile. */
export function changesTo(now: GroupChanges, written: GroupChanges): GroupChanges {
  return Object.fromEntries(
    Object.entries(written).filter(([key, value]) => now[key as keyof GroupChanges] !== value),
  );
}
