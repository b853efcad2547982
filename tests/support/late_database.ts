/** A database whose answers can come late, or not at all, by what was asked: for interleavings that chance rarely gives. */
import type { Database, Orm } from "../../db/client.ts";
import { within } from "./waiting.ts";

/** Whether a test means the query with this SQL text. */
export type Asks = (text: string) => boolean;

interface Gate {
  readonly asks: Asks;
  readonly reached: () => void;
  readonly open: Promise<void>;
}

/** An answer that is kept back: read early, told late. */
export interface Held {
  /** Resolves when a query has been answered and waits. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Passes everything on to another database. */
export class LateDatabase {
  readonly database: Database;
  readonly #gates = new Set<Gate>();
  #refused: Asks = () => false;

  constructor(inner: Database) {
    this.database = {
      kind: inner.kind,
      incarnation: inner.incarnation,
      query: (text, params) => this.#pass(text, () => inner.query(text, params)),
      close: () => inner.close(),
      orm: this.#gated(inner.orm) as Orm,
    };
  }

  /** The answer to the next such query waits until it is released; later ones pass. */
  hold(what: string, asks: Asks): Held {
    const reached = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    this.#gates.add({ asks, reached: reached.resolve, open: open.promise });
    return { reached: within(what, reached.promise), release: open.resolve };
  }

  /** From now on such queries fail as if the database were away; `() => false` ends it. */
  refuse(asks: Asks): void {
    this.#refused = asks;
  }

  async #pass<T>(text: string, ask: () => PromiseLike<T>): Promise<T> {
    if (this.#refused(text)) throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
    const answer = await ask();
    const gate = [...this.#gates].find(({ asks }) => asks(text));
    if (gate === undefined) return answer;
    this.#gates.delete(gate);
    gate.reached();
    await gate.open;
    return answer;
  }

  // Drizzle's builders are thenables made of thenables: only `select` outside transactions is gated.
  #gated<T extends object>(builder: T): T {
    return new Proxy(builder, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        if (key === "then" && "toSQL" in target) {
          const { sql } = (target as { toSQL(): { sql: string } }).toSQL();
          return (...settled: Parameters<Promise<unknown>["then"]>) =>
            this.#pass(sql, () => value.call(target) as Promise<unknown>).then(...settled);
        }
        return (...given: unknown[]) => this.#wrap(target, key, value.apply(target, given));
      },
    });
  }

  #wrap(target: object, key: string | symbol, result: unknown): unknown {
    const isQuery = key === "select" || "toSQL" in target || "from" in target;
    const isFinal = key === "as" || key === "getSQL" || key === "toSQL";
    const goesOn = isQuery && !isFinal && typeof result === "object" && result !== null;
    return goesOn ? this.#gated(result) : result;
  }
}

/** The query that new connections read their conversations with. */
export const asksWelcome: Asks = (text) => text.includes("as revs");

/** The query that reads how users have conversations, for newcomers among others. */
export const asksView: Asks = (text) => text.includes(`"page"`);

/** The query that a gap's filling begins with: how far the conversation has come. */
export const asksGap: Asks = (text) =>
  text.includes(`"changed_xid"`) && text.includes(`from "conversations"`) && !asksView(text);

/** The query that compares how far rooms have come with the database. */
export const asksRevs: Asks = (text) => text.startsWith(`select "id", "last_rev" from "conv`);
