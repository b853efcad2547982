/** What is one user's alone of a conversation, read for many users and conversations at once. */
import { sql } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { members } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { My } from "../schemas/conversations.ts";
import type { AppParts } from "./app.ts";
import { loadViews } from "./conversation_views.ts";

/** Whose, and of which conversation. */
export interface Mine {
  readonly userId: string;
  readonly conversationId: string;
}

/** Names what is one user's of a conversation. */
export function myKey({ userId, conversationId }: Mine): string {
  return `${userId}/${conversationId}`;
}

/** Reads it by its keys; that of strangers is left out. */
export function myLoader(on: Queryable): LoadMany<My> {
  return async (keys) => {
    const which = sql`(${members.userId}, ${members.conversationId}) in (
      select split_part(key, '/', 1)::uuid, split_part(key, '/', 2)::uuid
      from jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) keys(key)
    )`;
    const items = await loadViews(on, which, keys.length);
    return new Map(items.map(({ userId, view }) => {
      return [myKey({ userId, conversationId: view.id }), view.my];
    }));
  };
}

/**
 * What is a user's alone, as it is after this call.
 * @throws `notFound` for a stranger.
 */
export async function readMy(app: Pick<AppParts, "mine">, whose: Mine): Promise<My> {
  const my = await app.mine.get(myKey(whose));
  if (my === undefined) throw fail("notFound");
  return my;
}
