/** What people do: each act is chosen by chance, over either transport, and may fail. */
import type { Message, Sent } from "../../schemas/messages.ts";
import { oneOf } from "../support/random.ts";
import { shownOf } from "../support/reducer.ts";
import { type Outcome, outcomeOf } from "./asking.ts";
import type { Device } from "./device.ts";
import { endingActs } from "./ending_acts.ts";
import type { Ledger, Send } from "./ledger.ts";
import type { Cast, Person } from "./people.ts";

/** Somebody about to do something. */
export interface Scene {
  readonly cast: Cast;
  readonly ledger: Ledger;
  readonly person: Person;
  readonly device: Device;
}

/** Gives what came of it, or null when there was nothing to do. */
export type Act = (scene: Scene) => Promise<Outcome<unknown> | null>;

const emojis = ["👍", "🎉", "❤️"];

function placeOf({ person, device, cast }: Scene): string | undefined {
  // Now and then somewhere where one may not be any more.
  const places = person.random() < 0.95 ? device.mine : cast.groups;
  return places.length === 0 ? undefined : oneOf(person.random, places);
}

/** A late message that the device shows; of one's own, when asked so. */
function messageOf(scene: Scene, mine: boolean): { path: string; id: string; seq: number } | null {
  const { person, device } = scene;
  const id = placeOf(scene);
  const copy = device.memory.byId.get(id ?? "");
  const shown = (copy === undefined ? [] : shownOf(copy)).filter(({ from, kind }) =>
    kind === "text" && (!mine || from === person.id)
  );
  const message = shown.at(-1 - Math.floor(person.random() ** 2 * shown.length));
  if (id === undefined || message === undefined) return null;
  return { path: `/v1/conversations/${id}/messages/${message.seq}`, id, seq: message.seq };
}

/** Asks for a send once, over the socket or by REST, and writes down what came of it. */
export async function attempt(scene: Scene, send: Send): Promise<Outcome<Sent>> {
  const { device, person, ledger } = scene;
  const { conversationId, clientId, text } = send;
  const message = { clientId, kind: "text", body: { text } };
  const { wire } = device;
  const bySocket = wire !== null && person.random() < 0.6;
  const asking = bySocket
    ? wire.call("message.send", { conversationId, ...message })
    : device.ask<Sent>("POST", `/v1/conversations/${conversationId}/messages`, message);
  const outcome = await outcomeOf(asking);
  ledger.settle(send, outcome);
  return outcome;
}

/** Changes a message, over the socket where the contract has it; what it shows is written down. */
async function change(
  { device, ledger, person }: Scene,
  at: { readonly path: string; readonly id: string; readonly seq: number },
  how: {
    readonly rest: readonly [method: string, path: string, body?: unknown];
    readonly call?: readonly [
      method: "message.edit" | "message.recall" | "message.react" | "message.unreact",
      params?: object,
    ];
  },
): Promise<Outcome<Message | null>> {
  const { wire } = device;
  const [method, path, body] = how.rest;
  const params = { conversationId: at.id, seq: at.seq, ...how.call?.[1] };
  const asking = how.call !== undefined && wire !== null && person.random() < 0.5
    ? wire.call(how.call[0], params)
    : device.ask<Message | null>(method, at.path + path, body);
  const outcome = await outcomeOf(asking);
  // What is taken away by REST is answered with nothing.
  if (outcome.is === "answered" && outcome.value !== null) {
    ledger.shown.push({ conversationId: at.id, message: outcome.value });
  }
  return outcome;
}

function ask(device: Device, method: string, path: string, body?: unknown) {
  return outcomeOf(device.ask<unknown>(method, path, body));
}

function others({ cast, person }: Scene): Person {
  return oneOf(person.random, cast.people.filter((one) => one !== person));
}

/** Every act by its name. */
export const acts = {
  send(scene) {
    const { person, ledger } = scene;
    const id = placeOf(scene);
    if (id === undefined) return Promise.resolve(null);
    const text = `${person.name} says ${person.random()}`;
    return attempt(scene, ledger.begin(person, id, text));
  },
  // What was answered long ago, or not yet, or not at all: it must stay one message.
  repeat(scene) {
    const mine = scene.ledger.sends.filter(({ userId }) => userId === scene.person.id);
    return mine.length === 0
      ? Promise.resolve(null)
      : attempt(scene, oneOf(scene.person.random, mine.slice(-30)));
  },
  edit(scene) {
    const at = messageOf(scene, true);
    if (at === null) return Promise.resolve(null);
    const text = `${scene.person.name} means ${scene.person.random()}`;
    scene.ledger.edit(at.id, at.seq, text);
    const patch = { body: { text } };
    return change(scene, at, { rest: ["PATCH", "", patch], call: ["message.edit", patch] });
  },
  recall(scene) {
    const at = messageOf(scene, true);
    if (at === null) return Promise.resolve(null);
    return change(scene, at, { rest: ["POST", "/recall"], call: ["message.recall"] });
  },
  react(scene) {
    const at = messageOf(scene, false);
    if (at === null) return Promise.resolve(null);
    const emoji = oneOf(scene.person.random, emojis);
    const isOn = scene.person.random() < 0.7;
    return change(scene, at, {
      rest: [isOn ? "PUT" : "DELETE", `/reactions/${encodeURIComponent(emoji)}`],
      call: [isOn ? "message.react" : "message.unreact", { emoji }],
    });
  },
  pin(scene) {
    const at = messageOf(scene, false);
    if (at === null) return Promise.resolve(null);
    return change(scene, at, { rest: [scene.person.random() < 0.5 ? "PUT" : "DELETE", "/pin"] });
  },
  read(scene) {
    const at = messageOf(scene, false);
    if (at === null) return Promise.resolve(null);
    return ask(scene.device, "PUT", `/v1/conversations/${at.id}/read`, { seq: at.seq });
  },
  join({ cast, device, person }) {
    return ask(device, "POST", `/v1/groups/${oneOf(person.random, cast.groups)}/join`, {});
  },
  leave({ cast, device, person }) {
    const group = oneOf(person.random, cast.groups);
    return ask(device, "DELETE", `/v1/groups/${group}/members/${person.id}`);
  },
  remove(scene) {
    const { cast, device, person } = scene;
    const group = oneOf(person.random, cast.groups);
    return ask(device, "DELETE", `/v1/groups/${group}/members/${others(scene).id}`);
  },
  add(scene) {
    const { cast, device, person } = scene;
    const group = oneOf(person.random, cast.groups);
    const userIds = [others(scene).id];
    return ask(device, "POST", `/v1/groups/${group}/members`, { userIds });
  },
  rename({ cast, device, person }) {
    const group = oneOf(person.random, cast.groups);
    return ask(device, "PATCH", `/v1/groups/${group}`, { name: `group ${person.random()}` });
  },
  move({ device }) {
    device.move();
    return Promise.resolve(null);
  },
  async rest({ device, person }) {
    device.isResting = true;
    await new Promise((resolve) => setTimeout(resolve, 3_000 * person.random()));
    device.isResting = false;
    return null;
  },
  reinstall({ device }) {
    device.reinstall();
    return Promise.resolve(null);
  },
  ...endingActs,
} as const satisfies Record<string, Act>;

/** An act by its name. */
export type ActName = keyof typeof acts;
