/**
 * The ceiling of acknowledged sends: the batched append alone, without sockets, on the direct
 * conversations that it finds in DATABASE_URL. Arguments: sends in flight, seconds. Prints sends/s.
 */
import { openDatabase } from "../../db/client.ts";
import { type LogEntry, MessageLog } from "../../db/message_log.ts";
import { messageText } from "../sender.ts";

const warmUpMs = 1000;
const [inFlight, seconds] = Deno.args.map(Number) as [number, number];
const database = await openDatabase({ databaseUrl: Deno.env.get("DATABASE_URL")! });
const log = new MessageLog(database.query, { queueMax: inFlight });
const prefix = crypto.randomUUID();
let appended = 0;
let open = true;

/** What each member's sends have in common. */
async function senders(): Promise<Omit<LogEntry, "clientId" | "at">[]> {
  const rows = await database.query(
    `select conversation_id, user_id, m.rev, guard
     from members m join conversations c on c.id = conversation_id
     where kind = 'direct' order by conversation_id, user_id limit $1`,
    [inFlight],
  );
  return rows.map((row) => ({
    conversationId: String(row.conversation_id),
    senderId: String(row.user_id),
    kind: "text",
    body: { text: messageText },
    guard: Number(row.guard),
    memberRev: Number(row.rev),
  }));
}

async function send(sender: Omit<LogEntry, "clientId" | "at">, position: number): Promise<void> {
  for (let number = 0; open; number++) {
    const clientId = `${prefix}-${position}-${number}`;
    const result = await log.append({ ...sender, clientId, at: new Date() });
    if (result.outcome !== "sent") throw new Error(`Append answered "${result.outcome}"`);
    appended++;
  }
}

const running = (await senders()).map(send);
if (running.length !== inFlight) throw new Error(`Only ${running.length} members for ${inFlight}`);
await new Promise((resolve) => setTimeout(resolve, warmUpMs));
const [before, startedAt] = [appended, performance.now()];
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const perSecond = (appended - before) / (performance.now() - startedAt) * 1000;
open = false;
await Promise.all(running);
await database.close();
Deno.stdout.writeSync(new TextEncoder().encode(String(perSecond)));
