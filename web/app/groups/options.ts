/** The rules of a group to choose from. */
import type { ConversationState } from "../../../client/mod.ts";
import type { Options } from "../forms/choice.tsx";
import { words } from "./words.ts";

/** Who comes in, and how. */
export type JoinPolicy = NonNullable<ConversationState["joinPolicy"]>;
/** What new members read. */
export type HistoryVisible = ConversationState["historyVisible"];

/** Ways to come in. */
export function policyOptions(): Options<JoinPolicy> {
  const { policies } = words();
  return [["open", policies.open], ["approval", policies.approval], ["invite", policies.invite]];
}

/** What new members read. */
export function historyOptions(): Options<HistoryVisible> {
  const { histories } = words();
  return [["joined", histories.joined], ["all", histories.all]];
}
