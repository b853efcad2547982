/** A client before the fake server: its clock, its page, and what it tells. */
import { type Client, createClient } from "../../client/client.ts";
import type { State, Status } from "../../client/link.ts";
import type { ClientOptions } from "../../client/options.ts";
import type { Page, PageEvent } from "../../client/platform.ts";
import { until } from "../support/waiting.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeServer, sessionOf } from "./fake_server.ts";

/** A page that a test turns about. */
export class FakePage implements Page {
  isThere = true;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  isOnline(): boolean {
    return this.isThere;
  }

  listen(run: (event: PageEvent) => void): () => void {
    this.#listeners.add(run);
    return () => void this.#listeners.delete(run);
  }

  /** Lets something happen to it. */
  happens(event: PageEvent): void {
    if (event !== "visible") this.isThere = event === "online";
    for (const run of [...this.#listeners]) run(event);
  }
}

/** A test whose servers and sockets may end a moment after it. */
export function test(name: string, run: () => Promise<void> | void): void {
  Deno.test({ name, fn: run, sanitizeOps: false, sanitizeResources: false });
}

/** A client, and what it has told. */
export class Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly page = new FakePage();
  readonly states: Status[] = [];
  readonly client: Client;

  constructor(readonly server: FakeServer, options: Partial<ClientOptions> = {}) {
    const who = options.getToken ? {} : { session: sessionOf() };
    const platform = {
      clock: this.clock,
      page: this.page,
      // The whole of the bound, so that a test knows it.
      random: () => 1,
      locks: null,
      openChannel: null,
      ...options.platform,
    };
    this.client = createClient(
      { url: server.url, ...who, ...options, platform } as ClientOptions,
    );
    this.client.on("state", (status) => this.states.push(status));
  }

  /** Waits for a state. */
  async is(state: State): Promise<Status> {
    await until(`the state ${state}`, () => this.client.state.state === state);
    return this.client.state;
  }

  /** Starts, and waits until all is there. */
  async open(): Promise<this> {
    this.client.start();
    await until("the client is synced", () => this.client.isSynced);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.stop();
    await Promise.resolve();
  }
}
