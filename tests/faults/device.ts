/** A device: connects anywhere, catches up by the contract, follows live, and begins again when it must. */
import type { Notification } from "../../schemas/frames.ts";
import { CallFailed } from "../support/client.ts";
import { oneOf } from "../support/random.ts";
import { Memory } from "../support/reducer.ts";
import { askRest, Lost } from "./asking.ts";
import { catchUp, overRest, overSocket } from "./catch_up.ts";
import type { Endings } from "./endings.ts";
import type { History } from "./history.ts";
import type { Instance } from "./instance.ts";
import { LiveStream, type Told } from "./live_stream.ts";
import { SignIn } from "./sign_in.ts";
import { Wire } from "./wire.ts";

/** Whose device it is, and where it lives. */
export interface DeviceOptions {
  readonly name: string;
  readonly userId: string;
  readonly account: { readonly username: string; readonly password: string };
  readonly instances: readonly Instance[];
  readonly random: () => number;
  readonly history: History;
  /** Gets all that comes live. */
  readonly told: Told[];
  readonly endings: Endings;
}

const silenceMs = 5_000;
const lookEveryMs = 250;
const backoffMaxMs = 1_000;
const readyLimitMs = 4_000;

/** One device; `run` keeps it connected until it is told to rest or to stop. */
export class Device {
  memory = new Memory();
  wire: Wire | null = null;
  /** While true it stays without a connection. */
  isResting = false;
  readonly signIn: SignIn;
  #isListed = false;
  #queue: Notification[] = [];
  #isDraining = false;
  #isStopped = false;

  constructor(readonly options: DeviceOptions) {
    this.signIn = new SignIn(options.account, () => this.anywhere().url);
  }

  /** Some instance. */
  anywhere(): Instance {
    return oneOf(this.options.random, this.options.instances);
  }

  /** Connected, caught up, and nothing waits to be taken. */
  get isSettled(): boolean {
    return this.wire !== null && this.#isListed && this.#queue.length === 0 &&
      !this.#isDraining;
  }

  /** Goes on until `stop`. */
  async run(): Promise<void> {
    for (let tries = 0; !this.#isStopped;) {
      if (!this.isResting) {
        const isOpened = await this.#connection().catch((error) => this.#excuse(error));
        tries = isOpened ? 0 : tries + 1;
      }
      await pause(Math.min(100 * 2 ** tries, backoffMaxMs) * (0.5 + this.options.random()));
    }
  }

  #excuse(error: unknown): false {
    const { history, name } = this.options;
    history.note(`${name} begins again: ${error instanceof Error ? error.message : error}`);
    if (error instanceof CallFailed && error.code === 401) this.signIn.distrust();
    else if (!(error instanceof Lost || error instanceof CallFailed)) {
      history.breaks("resume", `${name}: ${error}`, [name]);
    }
    return false;
  }

  /** One connection from its beginning to its end. */
  async #connection(): Promise<boolean> {
    const { history, name, userId, told } = this.options;
    const at = this.anywhere();
    const token = await this.signIn.token();
    const stream = new LiveStream(history, { userId, device: name }, told);
    const ready = Promise.withResolvers<void>();
    const wire = await Wire.open(at, token, (notification) => {
      if (notification.method === "session.ready") ready.resolve();
      stream.take(notification);
      this.#hear(notification);
    }).catch(async (error) => {
      await this.#learnWhy(at, token);
      throw error;
    });
    this.wire = wire;
    try {
      await this.#within(readyLimitMs, ready.promise, wire);
      history.note(`${name} is connected to ${at.name}`);
      await this.#catchUp(wire, stream);
      await this.#drain();
      await this.#watch(wire);
      return true;
    } finally {
      this.#forget(wire);
      history.note(`${name} has lost ${at.name} (${await wire.closed})`);
    }
  }

  // A browser does not learn why its socket failed: the same address without an upgrade tells.
  async #learnWhy(at: Instance, token: string): Promise<void> {
    await askRest(at.url, { method: "GET", path: "/v1/ws", token }).catch((error) => {
      if (error instanceof CallFailed && error.code === 401) this.signIn.distrust();
    });
  }

  #forget(wire: Wire): void {
    wire.giveUp();
    this.wire = null;
    this.#isListed = false;
    this.#queue = [];
  }

  async #within(ms: number, what: Promise<void>, wire: Wire): Promise<void> {
    const lost = wire.closed.then((code) => {
      throw new Lost(`The connection ended with ${code}`);
    });
    const late = pause(ms).then(() => {
      throw new Lost("Nothing came in time");
    });
    await Promise.race([what, lost, late]);
  }

  async #catchUp(wire: Wire, stream: LiveStream): Promise<void> {
    // What a first list that broke off has told may be untrue by now, and no later one would say so.
    if (this.memory.syncCursor === undefined) this.memory = new Memory();
    const source = this.options.random() < 0.3 ? overRest(this) : overSocket(wire);
    await catchUp(this.memory, source, (item) => stream.list(item));
    this.#isListed = true;
  }

  #hear(notification: Notification): void {
    this.#queue.push(notification);
    if (!this.#isListed) return;
    const { wire } = this;
    // Whoever cannot fill a gap begins again.
    this.#drain().catch((error) => (this.#excuse(error), wire?.giveUp()));
  }

  /** Takes what waits, one after the other. */
  async #drain(): Promise<void> {
    const { wire, memory } = this;
    if (this.#isDraining || wire === null) return;
    this.#isDraining = true;
    const { ask } = overSocket(wire);
    try {
      while (this.#queue.length > 0 && this.wire === wire) {
        const { method, params } = this.#queue.shift()!;
        if (method === "changes") await memory.live(params, ask);
        else if (method === "conversation.joined") await memory.see(params.conversation, ask);
        else if (method === "conversation.my") memory.mine(params);
      }
    } finally {
      this.#isDraining = false;
    }
  }

  /** Until the connection ends, is silent for too long, or is not wanted any more. */
  async #watch(wire: Wire): Promise<void> {
    let isOver = false;
    void wire.closed.then(() => isOver = true);
    while (!isOver && !this.isResting && !this.#isStopped) {
      await Promise.race([wire.closed, pause(lookEveryMs)]);
      if (performance.now() - wire.heardAt > silenceMs) return;
      if (!isOver && this.signIn.isStale) {
        const token = await this.signIn.token().catch(() => null);
        if (token !== null) await wire.call("session.refresh", { token }).catch(() => {});
      }
    }
    const code = await Promise.race([wire.closed, 0]);
    if (code === 4501 || code === 4503) this.signIn.distrust();
  }

  /** Asks by REST, of any instance. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const token = await this.signIn.token();
    try {
      return await askRest<T>(this.anywhere().url, { method, path, body, token });
    } catch (error) {
      if (error instanceof CallFailed && error.code === 401) {
        this.signIn.distrust();
        throw new Lost(error.message);
      }
      throw error;
    }
  }

  /** An instance has answered that the session of a connection, the present one, has ended. */
  sessionEnded(by: string, wire: Wire | null = this.wire): void {
    const { endings, name: device } = this.options;
    if (wire !== null) endings.begin(wire, { device, at: Date.now(), by });
  }

  /** Breaks the connection off, so that the next one is made somewhere. */
  move(): void {
    this.wire?.giveUp();
  }

  /** Forgets everything, as an application that is installed anew. */
  reinstall(): void {
    this.move();
    this.memory = new Memory();
  }

  /** Lists what has changed once more on the living connection: what is told once may have been lost. */
  async look(): Promise<void> {
    if (this.wire === null) throw new Lost(`${this.options.name} is not connected`);
    const stream = new LiveStream(this.options.history, { ...this.options, device: "" }, []);
    await this.#catchUp(this.wire, stream);
    await this.#drain();
  }

  /** What it holds of conversations that its user is in. */
  get mine(): string[] {
    return [...this.memory.byId.values()].filter(({ my }) => my?.leftAt === null).map(({ id }) =>
      id
    );
  }

  /** Ends it. */
  stop(): void {
    this.#isStopped = true;
    this.move();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
