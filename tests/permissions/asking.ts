/** Carries out what a row asks for, over REST or the socket, and says what came of it. */
import type { Client, Results } from "../support/client.ts";
import { CallFailed } from "../support/client.ts";
import type { Person, Site } from "../support/world.ts";
import { type Asked, isMethod, type Row } from "./table.ts";

const connections = new WeakMap<Person, Promise<Client>>();

/** The connection of somebody, the same one each time. */
export function connectionOf(person: Person): Promise<Client> {
  const known = connections.get(person) ?? person.connect();
  connections.set(person, known);
  return known;
}

/** An answer, by whichever way: what it is as a word of the table, and its body. */
export interface Told {
  readonly outcome: string;
  readonly body: unknown;
}

function pathOf(template: string, { params = {}, query = "" }: Asked): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = params[name as string];
    if (value === undefined) throw new Error(`Nothing stands for {${name}} in ${template}`);
    return String(value);
  });
  return path + query;
}

/** Asks the REST interface, whatever kind of answer it gives. */
export async function askRest(at: Site, verb: string, asked: Asked, token?: string): Promise<Told> {
  const [method, template] = verb.split(" ") as [string, string];
  const headers = new Headers(asked.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (asked.body !== undefined && !headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  const response = await fetch(at.url + pathOf(template, asked), {
    method,
    headers,
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const body = isJson ? JSON.parse(text) : text;
  return { outcome: String(response.ok ? response.status : body.code), body };
}

async function call(me: Person, method: string, params: object): Promise<Told> {
  const live = await connectionOf(me);
  try {
    return { outcome: "ok", body: await live.call(method as keyof Results, params) };
  } catch (error) {
    if (error instanceof CallFailed) return { outcome: error.problem.code, body: error.problem };
    throw error;
  }
}

/** Carries out what was asked for. */
export function carryOut(verb: string, me: Person, asked: Asked): Promise<Told> {
  const who = asked.as ?? me;
  if (isMethod(verb)) return call(who, verb, asked.body ?? {});
  return askRest(who.at, verb, asked, who.session.accessToken);
}

/** What a row asks for, with the scene's conversation where nothing else is said. */
export async function askedBy<S extends { idFor(me: Person): string }>(
  row: Row<S>,
  scene: S,
  me: Person,
): Promise<Asked> {
  const asked = await row.asks?.(scene, me) ?? {};
  return { ...asked, params: { id: scene.idFor(me), ...asked.params } };
}

/** What a row comes to for one of its actors. `ready`: all that the act needs has been made. */
export async function outcomeOf<S extends { idFor(me: Person): string }>(
  row: Row<S>,
  on: { scene: S; me: Person; ready?: () => Promise<unknown> },
): Promise<string> {
  const { scene, me, ready } = on;
  const asked = await askedBy(row, scene, me);
  await ready?.();
  const { outcome, body } = await carryOut(row.verb, me, asked);
  const hasSucceeded = outcome === "ok" || outcome.startsWith("2");
  if (row.told === undefined || !hasSucceeded) return outcome;
  return `${outcome} ${row.told(body as Record<string, unknown>)}`;
}
