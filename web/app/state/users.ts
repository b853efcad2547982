/** People by id: asked for in batches, known once, renewed when somebody changes. */
import { type Signal, signal } from "@preact/signals";
import { type Client, PatterError, type User } from "../../../client/mod.ts";

const askMax = 100;

/** People as they are shown. */
export class Users {
  readonly #client: Client;
  readonly #known = new Map<string, Signal<User | null>>();
  #asked = new Set<string>();

  /** The name that I gave to somebody; whoever knows the friends says it. */
  remarkOf: (id: string) => string | undefined = () => undefined;

  constructor(client: Client) {
    this.#client = client;
    client.on("user.changed", (user) => this.learn(user));
    client.on("synced", () => this.#askAgain());
  }

  /** Somebody; null until they are known. Asks for them when nobody has yet. */
  of(id: string): User | null {
    return this.#signal(id).value;
  }

  /** What somebody is called here: as I named them, or as they are; empty until it is known. */
  nameOf(id: string): string {
    return this.remarkOf(id) ?? this.of(id)?.nickname ?? "";
  }

  /** Takes what came with something else. */
  learn(user: User): void {
    const known = this.#known.get(user.id);
    if (known) known.value = user;
    else this.#known.set(user.id, signal(user));
  }

  /** Takes somebody as they were once, if nothing newer is known. */
  suggest(user: User): void {
    const known = this.#known.get(user.id);
    if (known === undefined || known.value === null) this.learn(user);
  }

  /** Those of these who are known. */
  known(ids: readonly string[]): User[] {
    return ids.flatMap((id) => this.#known.get(id)?.peek() ?? []);
  }

  #signal(id: string): Signal<User | null> {
    const known = this.#known.get(id);
    if (known) return known;
    const made = signal<User | null>(null);
    this.#known.set(id, made);
    this.#ask(id);
    return made;
  }

  #ask(id: string): void {
    if (this.#asked.size === 0) setTimeout(() => void this.#fetch());
    this.#asked.add(id);
  }

  // What was asked for without a network.
  #askAgain(): void {
    for (const [id, { value }] of this.#known) if (value === null) this.#ask(id);
  }

  async #fetch(): Promise<void> {
    const ids = [...this.#asked];
    this.#asked = new Set();
    try {
      for (let start = 0; start < ids.length; start += askMax) {
        const some = ids.slice(start, start + askMax).join(",");
        const { items } = await this.#client.ask<{ items: User[] }>("GET", `/v1/users?ids=${some}`);
        for (const user of items) this.learn(user);
      }
    } catch (error) {
      // Asked again when there is a connection; and who was signed out meanwhile needs no names.
      if (!(error instanceof PatterError)) throw error;
    }
  }
}
