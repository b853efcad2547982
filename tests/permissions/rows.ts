/** All rows of the permission table, and under which policies each is tried. */
import { gated } from "./guests.ts";
import type { Policy } from "./scene.ts";
import type { Row } from "./table.ts";
import { accountRows } from "./table_accounts.ts";
import { adminRows } from "./table_admin.ts";
import { attachmentRows, uploadRows } from "./table_attachments.ts";
import { conversationRows, conversationsRows } from "./table_conversations.ts";
import { entranceRows } from "./table_entrances.ts";
import { socialRows } from "./table_friends.ts";
import { groupRows, groupsRows } from "./table_groups.ts";
import { pairRows } from "./table_direct.ts";
import { presenceRows } from "./table_presence.ts";
import { pairMessageRows } from "./table_direct_messages.ts";
import { memberRows } from "./table_members.ts";
import { messageRows } from "./table_messages.ts";

/** Rows that no group decides on. */
export const generalRows = [
  ...accountRows,
  ...socialRows,
  ...groupsRows,
  ...conversationsRows,
  ...uploadRows,
  ...attachmentRows,
  ...adminRows,
  ...presenceRows,
].map(gated);
/** Rows about one group and its conversation. */
export const aboutGroups = [
  ...groupRows,
  ...memberRows,
  ...entranceRows,
  ...conversationRows,
  ...messageRows,
].map(gated);
/** Rows about the conversation of two. */
export const aboutPairs = [...pairRows, ...pairMessageRows];

/** Ways into a group. */
export const policies: readonly Policy[] = ["open", "approval", "invite"];

/** Whether an act may change what decides for the next: acts on a group do, sending and reading do not. */
export function mayChange({ verb }: Row): boolean {
  return !verb.startsWith("GET") && /\/v1\/(groups|invites)\/\{/.test(verb);
}

/** All where the policy decides or might be thought to, and where it costs nothing. */
export function policiesOf(row: Row): readonly Policy[] {
  const isCheap = row.given === undefined && !mayChange(row);
  return row.under !== undefined || row.everywhere || isCheap ? policies : ["approval"];
}
