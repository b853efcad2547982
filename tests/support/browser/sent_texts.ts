/** What a conversation holds at the server, to compare with what a page has sent. */
import type { MessagePage } from "../../../schemas/messages.ts";
import type { Person } from "../world.ts";

/** Every text of a conversation, in order, as somebody may read it. */
export async function sentTexts(reader: Person, id: string): Promise<string[]> {
  const texts: string[] = [];
  for (let hasMore = true, afterSeq = 0; hasMore;) {
    const path = `/v1/conversations/${id}/messages?limit=100&afterSeq=${afterSeq}`;
    const page = await reader.do<MessagePage>("GET", path);
    for (const { kind, body, seq } of page.items) {
      if (kind === "text") texts.push((body as { text: string }).text);
      afterSeq = seq;
    }
    hasMore = page.hasMore;
  }
  return texts;
}
