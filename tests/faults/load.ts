/** The load of a run: everybody acts by chance from the seed, and asks again what was not answered. */
import { oneOf } from "../support/random.ts";
import { type ActName, acts, attempt, type Scene } from "./acts.ts";
import type { Outcome } from "./asking.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import type { Cast, Person } from "./people.ts";

const weights: Record<ActName, number> = {
  send: 40,
  repeat: 6,
  edit: 6,
  recall: 2,
  react: 9,
  pin: 1,
  read: 8,
  join: 6,
  leave: 3,
  remove: 3,
  add: 3,
  rename: 1,
  move: 3,
  rest: 2,
  reinstall: 1,
  logOut: 2,
  lock: 1,
  block: 2,
};
const names = Object.keys(weights) as ActName[];
const total = names.reduce((sum, name) => sum + weights[name], 0);
const pauseMaxMs = 250;
const retryEveryMs = 200;

// What people may be told without anything being wrong: they act on what may have changed since.
const expected = new Set([
  "notFound",
  "notMember",
  "notAllowed",
  "messageRecalled",
  "ownerMustTransfer",
  "blocked",
  // What the blocked are told.
  "notFriends",
]);

function choose(random: () => number): ActName {
  let point = random() * total;
  return names.find((name) => (point -= weights[name]) < 0) ?? "send";
}

/** Keeps everybody busy until it is stopped. */
export class Load {
  #isStopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(readonly cast: Cast, readonly ledger: Ledger, readonly history: History) {}

  /** Begins. */
  start(): void {
    this.#running = Promise.all(this.cast.people.map((person) => this.#live(person)));
  }

  async #live(person: Person): Promise<void> {
    while (!this.#isStopped) {
      await this.#actOnce(person);
      await pause(pauseMaxMs * person.random());
    }
  }

  #sceneOf(person: Person): Scene {
    const device = oneOf(person.random, person.devices);
    return { cast: this.cast, ledger: this.ledger, person, device };
  }

  async #actOnce(person: Person): Promise<void> {
    const scene = this.#sceneOf(person);
    const [open] = this.ledger.openOf(person.id);
    const isRetry = open !== undefined && person.random() < 0.5;
    const name = isRetry ? "retry" : choose(person.random);
    const outcome = isRetry ? await attempt(scene, open) : await acts[name as ActName](scene);
    this.#note(scene, name, outcome);
    if (outcome?.is !== "refused" || expected.has(outcome.code)) return;
    this.history.breaks("healthy", `${name} by ${person.name} was refused: ${outcome.code}`);
  }

  #note({ device }: Scene, act: string, outcome: Outcome<unknown> | null): void {
    const came = outcome === null || outcome.is === "answered"
      ? ""
      : `: ${outcome.is} (${outcome.is === "refused" ? outcome.code : outcome.why})`;
    this.history.note(`${device.options.name} ${act}${came}`);
  }

  /** Nobody begins anything any more; resolves when all have finished. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { devices } of this.cast.people) for (const one of devices) one.isResting = false;
    await this.#running;
  }

  /** Asks until it is known of every send what became of it. */
  async settle(isOver: () => boolean): Promise<void> {
    await Promise.all(this.cast.people.map(async (person) => {
      for (let open = this.ledger.openOf(person.id); open.length > 0 && !isOver();) {
        const scene = this.#sceneOf(person);
        const outcome = await attempt(scene, open[0]!);
        this.#note(scene, "retry", outcome);
        if (outcome.is === "doubtful") await pause(retryEveryMs);
        open = this.ledger.openOf(person.id);
      }
    }));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
