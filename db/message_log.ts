/** The batched append: sends that wait together are stored together, in one call to the database. */
import { setImmediate } from "node:timers";
import { failureOf, overloaded } from "../errors.ts";

/** A message to store, and what its sender's permission was decided on. */
export interface LogEntry {
  readonly conversationId: string;
  readonly senderId: string;
  readonly clientId: string;
  readonly kind: string;
  readonly body: unknown;
  readonly replyTo?: number | undefined;
  readonly mentions?: readonly string[] | undefined;
  /** `conversations.guard` and `members.rev` as read: if either has moved, the answer is `stale`. */
  readonly guard: number;
  readonly memberRev: number;
  readonly at: Date;
}

/** What became of an entry. `duplicate`: it was stored before, under these numbers. */
export type LogResult =
  | {
    readonly outcome: "sent" | "duplicate";
    readonly seq: number;
    readonly rev: number;
    readonly at: Date;
  }
  | { readonly outcome: "stale" | "noReply" };

/** Runs one prepared statement. */
export type Query = (text: string, params: unknown[]) => Promise<Record<string, unknown>[]>;

interface Waiting {
  readonly entry: LogEntry;
  readonly resolve: (result: LogResult) => void;
  readonly reject: (error: unknown) => void;
}

const batchMax = 500;
const appendSql = "select outcome, seq, rev, at_ms from append_messages($1::text::jsonb)";

/** Stores messages; at most one batch is in flight, and the next one gathers meanwhile. */
export class MessageLog {
  readonly #query: Query;
  readonly #queueMax: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  // The same message sent twice at once is one entry: within a batch the database sees no double.
  readonly #underWay = new Map<string, Promise<LogResult>>();

  constructor(query: Query, options: { queueMax: number }) {
    this.#query = query;
    this.#queueMax = options.queueMax;
  }

  /**
   * Stores one message. Resolves when it is committed.
   * @throws `overloaded` when too many wait, `unavailable` when the database does not answer: then
   * the message may or may not be stored, and sending it again with its `clientId` tells.
   */
  append(entry: LogEntry): Promise<LogResult> {
    const key = `${entry.conversationId}/${entry.senderId}/${entry.clientId}`;
    const first = this.#underWay.get(key);
    if (first !== undefined) return first.then(asDuplicate);
    if (this.#waiting.length >= this.#queueMax) {
      return Promise.reject(overloaded());
    }
    const appended = new Promise<LogResult>((resolve, reject) => {
      const done = () => this.#underWay.delete(key);
      this.#waiting.push({
        entry,
        resolve: (result) => (done(), resolve(result)),
        reject: (error) => (done(), reject(error)),
      });
    });
    this.#underWay.set(key, appended);
    this.#running ??= this.#run();
    return appended;
  }

  /** How many messages are on their way into the database. */
  get size(): number {
    return this.#underWay.size;
  }

  /** Resolves when nothing waits any more: for shutdown. */
  async drain(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whatever else arrives in this turn of the event loop leaves with the first.
      await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#store(this.#waiting.splice(0, batchMax));
    }
    this.#running = null;
  }

  async #store(batch: Waiting[]): Promise<void> {
    try {
      const results = await this.#call(batch);
      batch.forEach((waiting, place) => waiting.resolve(results[place]!));
    } catch (error) {
      if (batch.length === 1 || failureOf(error).code === "unavailable") {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // One entry that the database refuses must not fail its neighbours: each by itself then.
      for (const waiting of batch) await this.#store([waiting]);
    }
  }

  async #call(batch: Waiting[]): Promise<LogResult[]> {
    const rows = await this.#query(appendSql, [
      JSON.stringify(batch.map(({ entry }) => toRow(entry))),
    ]);
    if (rows.length !== batch.length) {
      throw new Error(`Append answered ${rows.length} of ${batch.length} entries`);
    }
    return rows.map(fromRow);
  }
}

function asDuplicate(result: LogResult): LogResult {
  return result.outcome === "sent" ? { ...result, outcome: "duplicate" } : result;
}

function toRow(entry: LogEntry) {
  return {
    c: entry.conversationId,
    s: entry.senderId,
    k: entry.clientId,
    kind: entry.kind,
    body: entry.body,
    reply: entry.replyTo,
    mentions: entry.mentions,
    guard: entry.guard,
    member_rev: entry.memberRev,
    at: entry.at,
  };
}

function fromRow(row: Record<string, unknown>): LogResult {
  const outcome = row.outcome as LogResult["outcome"];
  if (outcome === "stale" || outcome === "noReply") return { outcome };
  return { outcome, seq: Number(row.seq), rev: Number(row.rev), at: new Date(Number(row.at_ms)) };
}
