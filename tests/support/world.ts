/** A server with its database, its clock, and people to fill it: what most tests begin with. */
import { strict as assert } from "node:assert";
import { createPatter, type Patter, type Replacements } from "../../app.ts";
import { type Config, loadConfig } from "../../config.ts";
import type { Clock, KeyStore, Log, StoredKey } from "../../domain/app.ts";
import { Failure, type FailureCode, type Problem } from "../../errors.ts";
import type { Session } from "../../schemas/auth.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { Client } from "./client.ts";
import { replacedForAll } from "./replaced.ts";
import { openTestDatabase, type TestDatabase } from "./database.ts";

/** A test whose server and timers outlive it: the world is closed after the file's last test. */
export function test(name: string, run: () => Promise<void> | void): void {
  Deno.test({ name, fn: run, sanitizeOps: false, sanitizeResources: false });
}

/** A clock that goes on by itself and can be put forward. */
export class TestClock implements Clock {
  #aheadMs = 0;
  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }
  advanceMs(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** Lines that were logged. */
export interface TestLog extends Log {
  readonly lines: { level: string; event: string; fields: Record<string, unknown> }[];
}

/** A log that keeps its lines. */
export function testLog(): TestLog {
  const lines: TestLog["lines"] = [];
  return {
    lines,
    info: (event, fields = {}) => void lines.push({ level: "info", event, fields }),
    warn: (event, fields = {}) => void lines.push({ level: "warn", event, fields }),
    error: (event, error, fields = {}) =>
      void lines.push({ level: "error", event, fields: { ...fields, error } }),
  };
}

/** Keys in memory, shared by the instances of a world. */
export class TestKeys implements KeyStore {
  keys: StoredKey[] = [];
  list = () => Promise.resolve([...this.keys]);
  addFirst = (key: StoredKey) => Promise.resolve(void (this.keys.length || this.keys.push(key)));
  rotate = (key: StoredKey, keep: number) =>
    Promise.resolve(void (this.keys = [key, ...this.keys].slice(0, keep)));
}

/** An answer of the REST interface. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Of everybody. */
export const password = "correct horse 1";
let peopleMade = 0;

/** Somebody who is signed in. */
export class Person {
  readonly clients: Client[] = [];
  constructor(readonly at: Site, readonly username: string, public session: Session) {}

  get id(): string {
    return this.session.user.id;
  }

  get actor() {
    return { userId: this.id, sessionId: this.session.sessionId, role: "user" } as const;
  }

  /** Asks the REST interface and takes whatever comes. */
  ask<T = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const authorization = `Bearer ${this.session.accessToken}`;
    return this.at.ask<T>(method, path, body, { authorization, ...headers });
  }

  /** Asks, and expects a success. */
  async do<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask<T>(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Opens a connection that is ready; on another instance if one is given. */
  async connect(at: Site = this.at): Promise<Client> {
    const client = await Client.connect(at.url, this.session.accessToken);
    this.clients.push(client);
    await client.next("session.ready");
    return client;
  }

  /** Opens a connection, and gives what `session.ready` said too. */
  async connecting(at: Site = this.at) {
    const client = await Client.connect(at.url, this.session.accessToken);
    this.clients.push(client);
    return { client, ready: await client.next("session.ready") };
  }

  /** Signs in once more, as on another device. */
  async again(): Promise<Person> {
    const { body } = await this.at.ask<Session>("POST", "/v1/auth/login", {
      username: this.username,
      password,
    });
    return new Person(this.at, this.username, body);
  }

  /** Sends a text by REST. */
  says(text: string, conversationId: string, clientId: string = crypto.randomUUID()) {
    const path = `/v1/conversations/${conversationId}/messages`;
    return this.do<{ seq: number; rev: number; duplicate: boolean }>("POST", path, {
      clientId,
      kind: "text",
      body: { text },
    });
  }
}

/** A server under test, wherever it runs, and how it is filled with people. */
export class Site {
  constructor(readonly url: string) {}

  /** Asks the REST interface as a stranger, or with the headers given. */
  async ask<T = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === "" ? null : JSON.parse(text)) as T,
    };
  }

  /** Registers somebody new. */
  async person(name: string, more: Record<string, unknown> = {}): Promise<Person> {
    const username = `${name}_${Deno.pid}_${++peopleMade}`;
    const input = { username, password, nickname: name, ...more };
    const { status, body } = await this.ask<Session>("POST", "/v1/auth/register", input);
    assert.equal(status, 201, JSON.stringify(body));
    return new Person(this, username, body);
  }

  /** Makes two people friends. */
  async befriend(one: Person, other: Person): Promise<void> {
    await one.do("POST", "/v1/friend-requests", { userId: other.id });
    await other.do("POST", "/v1/friend-requests", { userId: one.id });
  }

  /** Two friends and the conversation between them. */
  async pair(): Promise<{ ana: Person; bo: Person; id: string }> {
    const [ana, bo] = [await this.person("ana"), await this.person("bo")];
    await this.befriend(ana, bo);
    const { id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", {
      userId: bo.id,
    });
    return { ana, bo, id };
  }

  /** A group of the first person with the others. */
  async group(
    owner: Person,
    others: Person[],
    more: Record<string, unknown> = {},
  ): Promise<string> {
    const memberIds = others.map(({ id }) => id);
    const input = { name: "Group", memberIds, ...more };
    return (await owner.do<Conversation>("POST", "/v1/groups", input)).id;
  }
}

/** One server process's worth, in this process: Patter behind a port. */
export class Instance extends Site implements AsyncDisposable {
  constructor(
    readonly patter: Patter,
    readonly server: Deno.HttpServer<Deno.NetAddr>,
    readonly log: TestLog,
  ) {
    super(`http://127.0.0.1:${server.addr.port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of [...this.patter.hub.connections()]) connection.close("restarting");
    // The runtime would wait for ever for a socket whose client left before it opened.
    const patience = new Promise((resolve) => setTimeout(resolve, 2_000));
    await Promise.race([this.server.shutdown(), patience]);
    await this.patter.close();
  }
}

const testDefaults = {
  RATE_LIMITS: "off",
  PASSWORD_COST: "4",
  CONNECTIONS_PER_USER_MAX: "100",
  DRAIN_MS: "0",
  // Other tests run beside this one: nothing may be refused because of them.
  OVERLOAD_DELAY_MS: "0",
};

/** A database with any number of instances on it. */
export class World implements AsyncDisposable {
  readonly clock = new TestClock();
  readonly keys = new TestKeys();
  /** Where attachments lie, for all instances. */
  readonly folder = Deno.makeTempDirSync({ prefix: "patter_world_" });
  readonly #instances: Instance[] = [];

  constructor(readonly databases: TestDatabase) {}

  get database() {
    return this.databases.database;
  }

  /** Starts an instance; settings by their environment names. */
  async instance(
    settings: Record<string, string> = {},
    replacements: Replacements = {},
  ): Promise<Instance> {
    const config: Config = loadConfig({
      ...testDefaults,
      DATA_DIR: this.folder,
      ...settings,
    });
    const log = testLog();
    const patter = await createPatter(config, log, {
      clock: this.clock,
      database: this.database,
      keyStore: this.keys,
      ...replacedForAll,
      ...replacements,
    });
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request, { remoteAddr }) => patter.fetch(request, remoteAddr.hostname),
    );
    patter.announce(`127.0.0.1:${server.addr.port}`);
    const instance = new Instance(patter, server, log);
    this.#instances.push(instance);
    return instance;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instance of this.#instances) await instance[Symbol.asyncDispose]();
    await this.databases.drop();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Opens a database for this test file; it is dropped after the file's last test. */
export async function openWorld(): Promise<World> {
  const world = new World(await openTestDatabase());
  Deno.test.afterAll(() => world[Symbol.asyncDispose]());
  return world;
}

/** Expects a failure by its code, thrown by the domain. */
export async function assertFails(
  code: FailureCode,
  act: () => Promise<unknown>,
): Promise<Failure> {
  const error = await act().then(() => undefined, (error: unknown) => error);
  assert.ok(error instanceof Failure, `Expected the failure ${code}, got ${String(error)}`);
  assert.equal(error.code, code);
  return error;
}

/** Expects a refusal of the REST interface by its code. */
export function assertRefused(answer: Answer<unknown>, status: number, code: FailureCode): void {
  assert.deepEqual(
    [answer.status, (answer.body as Problem | null)?.code],
    [status, code],
    JSON.stringify(answer.body),
  );
}
