/** The cast of a run: people with their devices, and the conversations between them. */
import type { Session } from "../../schemas/auth.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { seeded } from "../support/random.ts";
import { askRest } from "./asking.ts";
import { Device } from "./device.ts";
import type { Endings } from "./endings.ts";
import type { History } from "./history.ts";
import type { Instance } from "./instance.ts";
import type { Told } from "./live_stream.ts";
import { Porter } from "./porter.ts";

/** Somebody with one or two devices. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly devices: Device[];
  readonly random: () => number;
}

/** Two who have a direct conversation. */
export interface Pair {
  readonly id: string;
  readonly people: readonly Person[];
  /** One is about to block the other, or does. */
  isBusy: boolean;
  /** Whether one blocks the other is not known. */
  isUnsure: boolean;
}

/** Everybody, and where they meet. */
export interface Cast {
  readonly people: readonly Person[];
  /** Groups that people come into and leave; the first person owns each. */
  readonly groups: readonly string[];
  readonly pairs: readonly Pair[];
  readonly porter: Porter;
  /** Everything that came live to anybody. */
  readonly told: Told[];
}

/** Who takes part in a run. */
export interface CastOptions {
  readonly seed: number;
  readonly instances: readonly Instance[];
  readonly history: History;
  readonly peopleCount: number;
  readonly endings: Endings;
  /** Makes somebody an admin: no request does. */
  readonly promote: (userId: string) => Promise<void>;
}

const names = "ana bo cy dee eli flo gus hal ida jo kim lou max nia oz pia".split(" ");
const password = "correct horse 1";

// Nothing is broken yet: what takes long is a busy machine.
const registerLimitMs = 30_000;

function register({ url }: Instance, body: object): Promise<Session> {
  const asked = { method: "POST", path: "/v1/auth/register", body, limitMs: registerLimitMs };
  return askRest<Session>(url, asked);
}

async function porterOf({ seed, instances, promote }: CastOptions): Promise<Porter> {
  const account = { username: "the_porter", password };
  const body = { ...account, nickname: "porter" };
  const { user } = await register(instances[0]!, body);
  await promote(user.id);
  return new Porter({ account, instances, random: seeded(seed) });
}

async function personOf(options: CastOptions, place: number, told: Told[]): Promise<Person> {
  const { seed, instances, history, endings } = options;
  const name = names[place % names.length]!;
  const account = { username: `${name}_${place}`, password };
  const random = seeded(seed * 1_000 + place);
  const body = { ...account, nickname: name };
  const { user } = await register(instances[place % instances.length]!, body);
  history.name(user.id, name);
  const devices = Array.from({ length: 1 + place % 2 }, (_, number) =>
    new Device({
      name: `${name}.${number + 1}`,
      userId: user.id,
      account,
      instances,
      random: seeded(seed * 1_000 + 100 * (number + 1) + place),
      history,
      told,
      endings,
    }));
  return { id: user.id, name, devices, random };
}

/** Everybody registers, pairs open their conversations, and the first makes groups of all sizes. */
export async function castOf(options: CastOptions): Promise<Cast> {
  const { history, peopleCount } = options;
  const told: Told[] = [];
  const people: Person[] = [];
  while (people.length < peopleCount) people.push(await personOf(options, people.length, told));
  const pairs: Pair[] = [];
  const [owner] = people as [Person, ...Person[]];
  for (let place = 0; place + 1 < peopleCount; place += 3) {
    const [one, other] = [people[place]!, people[place + 1]!];
    const asked = { userId: other.id };
    const { id } = await one.devices[0]!.ask<Conversation>(
      "POST",
      "/v1/conversations/direct",
      asked,
    );
    history.name(id, `${one.name}+${other.name}`);
    pairs.push({ id, people: [one, other], isBusy: false, isUnsure: false });
  }
  const groups: string[] = [];
  for (const [size, historyVisible] of [[0.25, "joined"], [0.5, "all"], [1, "joined"]] as const) {
    const members = people.slice(1, Math.ceil(peopleCount * size));
    const name = `group ${groups.length + 1}`;
    const asked = { name, historyVisible, memberIds: members.map(({ id }) => id) };
    const { id } = await owner.devices[0]!.ask<Conversation>("POST", "/v1/groups", asked);
    history.name(id, name);
    groups.push(id);
  }
  return { people, groups, pairs, porter: await porterOf(options), told };
}
