/** The words of the permission table: who acts, what a row says, and what it expects of each. */
import { strict as assert } from "node:assert";
import type { FailureCode } from "../../errors.ts";
import type { Person } from "../support/world.ts";
import type { Scene } from "./scene.ts";

/**
 * Who acts. `former` was removed; `requester` waits for an answer, and still does where the policy
 * has changed since; `blocked` is a member whom the owner and everyone whom it meets block; `guest`
 * is a plain member by role `guest`; `admin` is a stranger by role `admin`.
 */
export const actors = [
  "owner",
  "manager",
  "member",
  "muted",
  "former",
  "requester",
  "stranger",
  "blocked",
  "guest",
  "admin",
] as const;
/** Who acts. */
export type Actor = (typeof actors)[number];

/** A status or `ok` of the socket, with what the answer says where that counts, or the code of a refusal. */
export type Outcome = FailureCode | 200 | 201 | 204 | "ok" | `${"200" | "201" | "ok"} ${string}`;

/** Outcome → the names of all whom it meets. Nobody may be missing, nobody twice. */
export type Outcomes = { readonly [O in Outcome]?: string };

/** What an act asks for: what the braces of a path stand for, and what goes with it. */
export interface Asked {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: string;
  /** The body; over the socket the params. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another session of the one who acts. */
  readonly as?: Person;
}

/** A verb, or a case of it, and what it answers to each. */
export interface Row<S = Scene> {
  /** As the contract names it: `GET /v1/groups/{id}`, or a method of the socket. */
  readonly verb: string;
  /** Which case of it. */
  readonly about?: string;
  /** Makes what the act needs; `{id}` is the scene's conversation when nothing else is said. */
  readonly asks?: (scene: S, me: Person) => Asked | Promise<Asked>;
  readonly who: Outcomes;
  /** Where the policy decides: what it is under the others than the first. */
  readonly under?: Readonly<Record<string, Outcomes>>;
  /** The policy might be thought to decide, and does not. */
  readonly everywhere?: true;
  /** What happens in the scene before anyone acts. */
  readonly given?: (scene: S) => Promise<unknown>;
  /** What of a successful answer tells cases apart. */
  readonly told?: (body: Readonly<Record<string, unknown>>) => unknown;
  /** May be done without signing in. */
  readonly isPublic?: true;
}

/** Those who lead a group. */
export const leaders = "owner manager";
/** Its other members. */
export const plain = "member muted blocked guest";
/** Those who never were members. */
export const outsiders = "requester stranger admin";
/** What those who are not members are told of acts in a group. */
export const away = { notMember: "former", notFound: outsiders } as const;
/** Reading is for members, and for former ones up to the moment they left. */
export const reading = {
  200: `${leaders} ${plain} former`,
  notFound: outsiders,
} as const;

/** Acts of leaders that give the thing in its new state. */
export const leadersOnly = { 200: leaders, notAllowed: plain, ...away } as const;

/** Tells answers apart by their status. */
export const statusOf: NonNullable<Row["told"]> = ({ status }) => status;

/** The same for everyone but those who are named. */
export function each(outcome: Outcome, others: Outcomes = {}): Outcomes {
  const named = Object.values(others).join(" ").split(" ");
  return { ...others, [outcome]: actors.filter((actor) => !named.includes(actor)).join(" ") };
}

/** Outcomes by actor, in the order of the actors. */
export function byActor(outcomes: Outcomes, names: readonly string[]): Record<string, string> {
  const pairs = Object.entries(outcomes).flatMap(([outcome, whom = ""]) =>
    whom.split(" ").map((name) => [name, outcome] as const)
  );
  const stated = pairs.map(([name]) => name);
  assert.deepEqual(stated.toSorted(), names.toSorted(), "a row names each actor once");
  const of = new Map(pairs);
  return Object.fromEntries(names.map((name) => [name, of.get(name)!]));
}

/** Whether a verb is a method of the socket. */
export function isMethod(verb: string): boolean {
  return !verb.includes(" ");
}

/** A row as a test is called. */
export function titleOf({ verb, about }: Pick<Row, "verb" | "about">): string {
  return about === undefined ? verb : `${verb} ${about}`;
}
