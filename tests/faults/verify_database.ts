/** The database against the ledger: every acknowledged message once, and counters without holes. */
import { brokenInvariants } from "../support/invariants.ts";
import { openDatabase } from "../../db/client.ts";
import type { Message } from "../../schemas/messages.ts";
import type { History } from "./history.ts";
import type { Ledger, Send } from "./ledger.ts";
import type { Past } from "./truth.ts";

// Of messages that never change: here they are edited, which takes a later `rev`.
const ofUnchanged = "rev and time rise with seq";

/** What must be so in the rows whatever has happened: the rules that other tests hold them to. */
export async function verifyInvariants(url: string, history: History): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, poolMax: 2 });
  try {
    for (const [sentence, rows] of await brokenInvariants(database.orm)) {
      if (sentence === ofUnchanged) continue;
      history.breaks("order", `${sentence}: not so for ${JSON.stringify(rows.slice(0, 3))}`);
    }
  } finally {
    await database.close();
  }
}

/** Each `rev` was taken once, and `seq` runs from 1 on. */
export function verifyCounters(past: Past, history: History): void {
  const { id, lastRev, lastSeq, taken, messages } = past;
  const revs = taken.map(({ rev }) => rev);
  const hole = revs.findIndex((rev, place) => rev !== place + 1);
  if (hole >= 0 || revs.length !== lastRev) {
    const near = revs.slice(Math.max(0, hole - 2), hole + 3);
    history.breaks("order", `rev of ${id} up to ${lastRev} does not run: … ${near} …`, [id]);
  }
  const seqs = messages.map(({ seq }) => seq);
  if (seqs.length !== lastSeq || seqs.some((seq, place) => seq !== place + 1)) {
    history.breaks("order", `seq of ${id} up to ${lastSeq} does not run`, [id]);
  }
  const backwards = messages.find(({ at }, place) => at < (messages[place - 1]?.at ?? ""));
  if (backwards !== undefined) {
    history.breaks("order", `Time runs backwards at seq ${backwards.seq} of ${id}`, [id]);
  }
}

function keyOf(conversationId: string, userId: string | null, clientId: string | null): string {
  return `${conversationId}/${userId}/${clientId}`;
}

/** Sends against rows, in both directions. */
export function verifySends(
  pasts: ReadonlyMap<string, Past>,
  ledger: Ledger,
  history: History,
): void {
  const stored = new Map<string, Message[]>();
  for (const { id, messages } of pasts.values()) {
    for (const message of messages) {
      if (message.clientId === null) continue;
      const key = keyOf(id, message.from, message.clientId);
      stored.set(key, [...stored.get(key) ?? [], message]);
    }
  }
  for (const send of ledger.sends) {
    const key = keyOf(send.conversationId, send.userId, send.clientId);
    verifySend(send, stored.get(key) ?? [], { ledger, history });
    stored.delete(key);
  }
  for (const key of stored.keys()) {
    history.breaks("once", `A message that nobody sent is stored: ${key}`);
  }
}

function verifySend(
  send: Send,
  rows: readonly Message[],
  { ledger, history }: { ledger: Ledger; history: History },
): void {
  const { clientId, conversationId, seq, text } = send;
  const what = `${clientId} in ${conversationId}, acknowledged as ${seq}`;
  const breaks = (rule: "durable" | "once", why: string) =>
    history.breaks(rule, `${why}: ${what}`, [clientId]);
  const [row] = rows;
  if (rows.length > 1) breaks("once", `It is stored ${rows.length} times`);
  if (row === undefined) {
    if (seq !== null) breaks("durable", "It is not in the database");
    return;
  }
  if (seq === null && !send.isDoubtful) breaks("once", "It is stored though always refused");
  if (seq !== null && row.seq !== seq) breaks("durable", `It is stored as ${row.seq}`);
  const texts = new Set(ledger.edits.get(`${conversationId}/${row.seq}`)).add(text);
  const said = (row.body as { text: string } | null)?.text;
  if (said !== undefined ? !texts.has(said) : row.recalledAt === undefined) {
    breaks("durable", `It says ${JSON.stringify(row.body)}`);
  }
}

// What was being sent when the block was answered may carry the time of its beginning or of its end.
const overlapMs = 100;

/** Who was blocked wrote nothing to the one who blocks. */
export function verifyBlocks(
  pasts: ReadonlyMap<string, Past>,
  ledger: Ledger,
  history: History,
): void {
  for (const { conversationId, userId, from, to } of ledger.blocks) {
    for (const { seq, from: sender, at } of pasts.get(conversationId)!.messages) {
      const sentAt = Date.parse(at);
      if (sender !== userId || sentAt < from + overlapMs || sentAt > to) continue;
      const what = `${seq} in ${conversationId}, ${sentAt - from} ms after its sender was blocked`;
      history.breaks("ended", `Sent: ${what}`, [conversationId]);
    }
  }
}
