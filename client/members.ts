/** The members of a group: read once, followed by the changes from then on. */
import type { ConversationCopy } from "./reducer.ts";
import type { Rest } from "./rest.ts";
import type { Member } from "./wire.ts";

interface Page {
  readonly items: Member[];
  readonly nextCursor: string | null;
}

/** All members, those that left not among them. */
export async function membersOf(copy: ConversationCopy, rest: Rest): Promise<Member[]> {
  let after = "";
  while (!copy.hasMembers) {
    const path = `/v1/groups/${copy.id}/members?limit=100${after}`;
    const { items, nextCursor } = await rest.ask<Page>("GET", path);
    for (const member of items) copy.putMember(member);
    copy.hasMembers = nextCursor === null;
    after = `&cursor=${nextCursor}`;
  }
  return [...copy.members.values()].filter(({ leftAt }) => leftAt === null);
}
