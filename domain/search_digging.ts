/** Looks for candidates: by walking through the newest messages, or by the index of what they say. */
import { sql } from "drizzle-orm";
import { recordset, rowsOf } from "../db/client.ts";
import { messageTerms } from "../db/schema/mod.ts";
import type { App } from "./app.ts";
import { blockOf, blockSize, type IndexQuestion } from "./message_lexemes.ts";
import { newestFirst, type Place, type Source, tighten } from "./search_sources.ts";

const walkedAtOnce = 2_000;
const walkedSourcesMax = 20;
// While one in a hundred is found, walking fills a page with less than the index would read.
const densityMin = 0.01;
const indexSourcesMax = 500;
const blocksMax = 16;
const askedColumns = "s(n int, c uuid, at timestamptz, seq bigint, low bigint, q text)";

/** What digging needs to know. */
export interface Dig {
  readonly question: IndexQuestion;
  /** Nothing older is looked for. */
  readonly since: number;
  /** So many of each source are enough. */
  readonly count: number;
}

interface Row {
  readonly n: number;
  readonly seq: number;
  readonly at: number;
  readonly hit: boolean;
}

/** What is left to search, newest first, and how it is best searched. */
export class Digging {
  #walked = 0;
  #found = 0;
  #isWalking = true;
  #rounds = 0;
  #asks = 0;
  #left: Source[];

  constructor(readonly app: App, readonly dig: Dig, sources: readonly Source[]) {
    this.#left = [...sources];
    this.#sort();
  }

  /** Where what has not been searched begins; null when all has. */
  get place(): Place | null {
    return this.#left[0] ?? null;
  }

  /** How often candidates were looked for. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Looks on in the sources that may hold the newest, and gives candidates. */
  async next(): Promise<Place[]> {
    const found = this.#isWalking ? await this.#walk() : await this.#ask();
    this.#rounds++;
    this.#sort();
    return found;
  }

  #sort(): void {
    const { since } = this.dig;
    this.#left = this.#left.filter(({ at, seq, low }) => seq > low && at >= since)
      .sort(newestFirst);
  }

  async #walk(): Promise<Place[]> {
    const sources = this.#left.slice(0, walkedSourcesMax);
    const count = Math.ceil(walkedAtOnce / sources.length);
    const asked = sources.map((source, n) => {
      const block = blockOf(source.seq - 1);
      const low = Math.max(source.low, block * blockSize);
      return { ...this.#asked(source, n), low, q: this.#about(source, block, block) };
    });
    const rows = await rowsOf<Row & { walked: number }>(
      this.app.database.orm,
      sql`
      select s.n, w.walked::int, w.hit, w.seq::double precision,
        extract(epoch from w.at)::double precision * 1000 as at
      from ${recordset(asked, askedColumns)}
      cross join lateral (
        select t.seq, t.at, t.terms @@ s.q::tsquery as hit,
          row_number() over (order by t.at desc, t.seq desc) as walked
        from ${messageTerms} t
        where t.conversation_id = s.c and t.at <= s.at and t.seq < s.seq and t.seq >= s.low
        order by t.at desc, t.seq desc limit ${count}
      ) w
      where w.hit or w.walked = ${count}`,
    );
    await this.#moveWalked(sources, asked, rows.filter(({ walked }) => walked === count));
    const found = rows.filter(({ hit }) => hit);
    this.#found += found.length;
    this.#walked += walkedAtOnce;
    this.#isWalking = this.#found >= densityMin * this.#walked;
    return placesOf(sources, found);
  }

  // Those that were not walked through have nothing left in their block.
  async #moveWalked(
    sources: readonly Source[],
    asked: readonly { low: number }[],
    ends: readonly Row[],
  ): Promise<void> {
    const endOf = new Map(ends.map((row) => [row.n, row]));
    const open: Source[] = [];
    sources.forEach((source, n) => {
      const end = endOf.get(n);
      source.seq = end?.seq ?? asked[n]!.low;
      if (end !== undefined) source.at = Math.round(end.at);
      else if (source.seq > source.low) open.push(source);
    });
    await tighten(this.app, open);
  }

  // Of each source one block, then two, four...: all that is read is bounded.
  async #ask(): Promise<Place[]> {
    const blocks = Math.min(2 ** this.#asks++, blocksMax);
    const sources = this.#left.slice(0, Math.min(50 * blocks, indexSourcesMax));
    const span = Math.max(1, Math.ceil(blocks / sources.length));
    const asked = sources.map((source, n) => {
      const last = blockOf(source.seq - 1);
      const first = Math.max(blockOf(source.low), last - span + 1);
      const low = Math.max(source.low, first * blockSize);
      return { ...this.#asked(source, n), low, q: this.#about(source, first, last) };
    });
    // Each by itself: in one question of all, the index would weigh all of them for every message.
    const rows = await rowsOf<Row & { found: number }>(
      this.app.database.orm,
      sql`
      select s.n, h.found::int, h.seq::double precision,
        extract(epoch from h.at)::double precision * 1000 as at
      from ${recordset(asked, askedColumns)}
      cross join lateral (
        select t.seq, t.at, row_number() over (order by t.seq desc) as found
        from (
          select t.conversation_id, t.seq, t.at from ${messageTerms} t
          where t.terms @@ s.q::tsquery offset 0
        ) t
        where t.conversation_id = s.c and t.at <= s.at and t.seq < s.seq and t.seq >= s.low
        order by t.seq desc limit ${this.dig.count}
      ) h`,
    );
    await this.#moveWalked(sources, asked, rows.filter(({ found }) => found === this.dig.count));
    return placesOf(sources, rows);
  }

  #asked({ conversationId: c, at, seq }: Source, n: number) {
    return { n, c, at: new Date(at), seq };
  }

  #about({ conversationId }: Source, first: number, last: number): string {
    return this.dig.question.about(conversationId, first, last);
  }
}

function placesOf(sources: readonly Source[], rows: readonly Row[]): Place[] {
  return rows.map(({ n, seq, at }) => ({
    at: Math.round(at),
    conversationId: sources[n]!.conversationId,
    seq,
  }));
}
