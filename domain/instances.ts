/** The registry of instances: each holds a lease that says how it does, and learns of the others by theirs. */
import { v7 as uuidv7 } from "uuid";
import { Instance } from "../schemas/admin.ts";
import { requireAdmin } from "./admins.ts";
import type { Actor, App, Clock, LeaseStore, Log } from "./app.ts";
import type { Load } from "./load.ts";

/** What an instance knows of its own connections. */
export interface Occupancy {
  readonly count: number;
  readonly isDraining: boolean;
}

/** What the registry is made of. */
export interface InstancesParts {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly load: Load;
  readonly log: Log;
  readonly version: string;
}

const key = "instances";
const renewEveryMs = 5_000;
// Two renewals may fail before an instance is thought dead.
const leaseMs = 15_000;

/** This instance among the others. */
export class Instances {
  readonly id = uuidv7();
  readonly #startedAt: string;
  #address = "";
  #occupancy: Occupancy = { count: 0, isDraining: false };
  #others: readonly Instance[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(readonly parts: InstancesParts) {
    this.#startedAt = parts.clock.now().toISOString();
  }

  /** This instance as it is now. */
  get self(): Instance {
    const { load, version } = this.parts;
    return {
      id: this.id,
      version,
      address: this.#address,
      connections: this.#occupancy.count,
      load: { level: load.level, delayMs: Math.round(load.delayMs) },
      startedAt: this.#startedAt,
      draining: this.#occupancy.isDraining,
    };
  }

  /** How many others may take over connections, as it was known a few seconds ago. */
  get successors(): number {
    return this.#others.filter(({ draining }) => !draining).length;
  }

  /** From now on this instance is in the registry, under an address, with what `occupancy` says. */
  announce(address: string, occupancy: Occupancy): void {
    this.#address = address;
    this.#occupancy = occupancy;
    this.#timer = setInterval(() => void this.renew(), renewEveryMs);
    void this.renew();
  }

  /** Says how this instance does, and looks at the others; one such at a time. */
  renew(): Promise<void> {
    return this.#renewing = this.#renewing.then(() => this.#renew());
  }

  async #renew(): Promise<void> {
    const { leases, log } = this.parts;
    try {
      const value = JSON.stringify(this.self);
      await leases.hold([{ key, member: this.id, value }], leaseMs);
      this.#others = await this.#readOthers();
      this.#isAway = false;
    } catch (error) {
      // Told once an outage: it is tried again every few seconds.
      if (!this.#isAway) log.warn("registry away", { reason: String(error) });
      this.#isAway = true;
    }
  }

  async #readOthers(): Promise<Instance[]> {
    const [held] = await this.parts.leases.read([key]);
    const others: Instance[] = [];
    for (const [member, value] of held ?? []) {
      // Another version beside this one may say it in another way.
      const parsed = Instance.safeParse(JSON.parse(value));
      if (member !== this.id && parsed.success) others.push(parsed.data);
    }
    return others;
  }

  /** All instances, the oldest first; this one alone when nothing is to be learnt of the others. */
  async list(): Promise<Instance[]> {
    const others = await this.#readOthers().catch((error: unknown) => {
      this.parts.log.warn("registry away", { reason: String(error) });
      return [];
    });
    return [this.self, ...others].sort((one, other) => one.id < other.id ? -1 : 1);
  }

  /** This instance is gone from the registry at once. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    // A renewal under way would put it back.
    await this.#renewing;
    await this.parts.leases.drop([{ key, member: this.id }])
      .catch((error: unknown) => this.parts.log.warn("registry away", { reason: String(error) }));
  }
}

/**
 * All instances that live.
 * @throws `notAllowed` to those who are no admins.
 */
export async function listInstances(app: App, actor: Actor): Promise<{ items: Instance[] }> {
  await requireAdmin(app, actor);
  return { items: await app.instances.list() };
}
