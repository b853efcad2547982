/** What the agents of an inbox say often: read, searched, changed. */
import type { CannedReply, Client } from "../../../../client/mod.ts";
import { readAll } from "../../state/pages.ts";

/** What is written of one. */
export type ReplyText = Pick<CannedReply, "title" | "text">;

function pathOf(inboxId: string, replyId = ""): string {
  return `/v1/inboxes/${inboxId}/replies${replyId && `/${replyId}`}`;
}

/** All of an inbox, by title. */
export async function readReplies(client: Client, inboxId: string): Promise<CannedReply[]> {
  const replies = await readAll<CannedReply>(client, pathOf(inboxId));
  return replies.sort((a, b) => a.title.localeCompare(b.title));
}

/** Adds one, or changes the one given. */
export async function saveReply(
  client: Client,
  inboxId: string,
  { replyId, ...text }: ReplyText & { replyId?: string | undefined },
): Promise<void> {
  await client.ask(replyId === undefined ? "POST" : "PATCH", pathOf(inboxId, replyId), text);
}

/** Deletes one. */
export async function deleteReply(client: Client, { inboxId, id }: CannedReply): Promise<void> {
  await client.ask("DELETE", pathOf(inboxId, id));
}

/** Those that fit what was written: the ones with it in the title first. */
export function matchingReplies(
  replies: readonly CannedReply[],
  written: string,
): CannedReply[] {
  const sought = written.trim().toLocaleLowerCase();
  const has = (text: string) => text.toLocaleLowerCase().includes(sought);
  return replies.filter(({ title, text }) => has(title) || has(text))
    .sort((a, b) => Number(has(b.title)) - Number(has(a.title)));
}
