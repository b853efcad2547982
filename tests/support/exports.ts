/** Exports as tests read them: whole files, and conversations that are long enough. */
import { sql } from "drizzle-orm";
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import type { Person, World } from "./world.ts";

/** Asks for a file and leaves it unread. */
export function download(person: Person, path: string, method = "GET"): Promise<Response> {
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  return fetch(person.at.url + path, { method, headers });
}

/** The path of an export. */
export function exportPath(id: string, format: string): string {
  return `/v1/conversations/${id}/export?format=${format}`;
}

/** A file that must be there, whole. */
export async function fileOf(person: Person, path: string): Promise<Uint8Array> {
  const response = await download(person, path);
  assert.equal(response.status, 200);
  return await response.bytes();
}

/** A line of an export: a message with the names it needs. */
export type Line = Message & { name: string | null; names?: Record<string, string> };

/** The two parts of a file of JSON lines. */
export function linesIn(bytes: Uint8Array): { head: Conversation; lines: Line[] } {
  const text = new TextDecoder().decode(bytes);
  assert.ok(text.endsWith("\n"));
  const [head, ...lines] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.ok(!Number.isNaN(Date.parse(head.exportedAt)));
  return { head: head.conversation, lines };
}

/** A conversation as JSON lines. */
export async function linesOf(person: Person, id: string) {
  return linesIn(await fileOf(person, exportPath(id, "jsonl")));
}

/** Writes messages straight into the table, as the append would leave them. */
export async function fill(
  world: World,
  id: string,
  sender: Person,
  { count, units = 10 }: { count: number; units?: number },
): Promise<void> {
  await world.database.orm.execute(sql`
    insert into messages (conversation_id, seq, rev, sender_id, client_id, at, kind, body)
    select c.id, c.last_seq + n, c.last_rev + n, ${sender.id}::uuid, 'bulk-' || n, c.active_at,
      'text', jsonb_build_object('text', repeat('x', ${units}::int))
    from conversations c, generate_series(1, ${count}::int) n where c.id = ${id}`);
  await world.database.orm.execute(sql`
    update conversations set last_seq = last_seq + ${count}::int, last_rev = last_rev + ${count}::int
    where id = ${id}`);
}
