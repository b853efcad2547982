/** The admin of a run: locks accounts for a moment, and sees to it that none stays locked. */
import { oneOf } from "../support/random.ts";
import { askRest, Lost, type Outcome, outcomeOf } from "./asking.ts";
import { CallFailed } from "../support/client.ts";
import type { Instance } from "./instance.ts";
import type { Person } from "./people.ts";
import { SignIn } from "./sign_in.ts";

/** What the porter works with. */
export interface PorterOptions {
  readonly account: { readonly username: string; readonly password: string };
  readonly instances: readonly Instance[];
  readonly random: () => number;
}

const lookEveryMs = 400;

/** Locks, and unlocks until it is done. */
export class Porter {
  readonly #signIn: SignIn;
  readonly #locked = new Set<string>();
  // An act without an answer may be carried out at any later time: they are unlocked again and again,
  // and not locked any more, since nobody could say when what took effect.
  readonly #unsure = new Set<string>();
  #isOver = false;

  constructor(readonly options: PorterOptions) {
    this.#signIn = new SignIn(options.account, () => this.#anywhere().url);
  }

  #anywhere(): Instance {
    return oneOf(this.options.random, this.options.instances);
  }

  async #ask(method: "PUT" | "DELETE", userId: string): Promise<{ by: string }> {
    const at = this.#anywhere();
    const token = await this.#signIn.token();
    const path = `/v1/admin/users/${userId}/lock`;
    try {
      await askRest(at.url, { method, path, token });
    } catch (error) {
      if (!(error instanceof CallFailed) || error.code !== 401) throw error;
      this.#signIn.distrust();
      throw new Lost(error.message);
    }
    return { by: at.name };
  }

  /** Locks somebody for a while; their connections' sessions have ended once that is answered. */
  async lock(person: Person, forMs: number): Promise<Outcome<unknown> | null> {
    const { id, devices } = person;
    if (this.#locked.has(id) || this.#unsure.has(id)) return null;
    this.#locked.add(id);
    const outcome = await outcomeOf(this.#ask("PUT", id));
    if (outcome.is === "answered") {
      for (const device of devices) device.sessionEnded(outcome.value.by);
      await pause(forMs);
    } else this.#unsure.add(id);
    await this.#unlock(id);
    this.#locked.delete(id);
    return outcome;
  }

  async #unlock(id: string): Promise<void> {
    const outcome = await outcomeOf(this.#ask("DELETE", id));
    if (outcome.is === "doubtful") this.#unsure.add(id);
  }

  /** Looks after those whose locks are doubtful, until `stop`. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      await Promise.all([...this.#unsure].map((id) => this.#unlock(id)));
      await pause(lookEveryMs);
    }
  }

  /** Ends it. */
  stop(): void {
    this.#isOver = true;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
