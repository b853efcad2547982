/** Who acts in the permission table, the groups they act in, and whom they meet there. */
import { eq } from "drizzle-orm";
import { users } from "../../db/schema/mod.ts";
import type { Session } from "../../schemas/auth.ts";
import type { FriendRequest } from "../../schemas/friends.ts";
import type { GroupRequest, Invite } from "../../schemas/groups.ts";
import { Person, type Site, type World } from "../support/world.ts";
import { type Actor, actors } from "./table.ts";

/** The password of all of them. */
export const password = "correct horse 2";

/** Who may come into a group by themselves. */
export type Policy = "open" | "approval" | "invite";

/** The ten, and those whom they act on. */
export interface Cast {
  readonly at: Site;
  readonly people: Readonly<Record<Actor, Person>>;
  /** A second manager, and a plain member. */
  readonly deputy: Person;
  readonly target: Person;
  /** Lets something happen while the guest is none, by a token of that time. */
  readonly whileUser: <T>(act: (user: Person) => Promise<T> | T) => Promise<T>;
  /** A friend request between two others. */
  readonly foreignRequestId: string;
}

/** Signs in once more, on a device of its own. */
export async function signIn(person: Person): Promise<Person> {
  const { username } = person;
  const { body } = await person.at.ask<Session>("POST", "/v1/auth/login", { username, password });
  return new Person(person.at, username, body);
}

/** Registers somebody who is not one of the ten. */
export function someoneNew(at: Site, name = "other"): Promise<Person> {
  return at.person(name, { password });
}

/** Gives a role that no route gives, and signs in again: the token carries it. */
async function withRole(
  world: World,
  person: Person,
  role: "user" | "guest" | "admin",
): Promise<Person> {
  await world.database.orm.update(users).set({ role }).where(eq(users.id, person.id));
  return await signIn(person);
}

/** Blocks somebody. */
export function block(by: Person, whom: Person): Promise<unknown> {
  return by.do("PUT", `/v1/blocks/${whom.id}`);
}

/** Asks somebody to be friends. */
export function befriends(by: Person, whom: Person): Promise<FriendRequest> {
  return by.do<FriendRequest>("POST", "/v1/friend-requests", { userId: whom.id });
}

/** Registers everyone. */
export async function openCast(world: World, at: Site): Promise<Cast> {
  const made: [Actor, Person][] = [];
  for (const actor of actors) made.push([actor, await someoneNew(at, actor)]);
  const people = Object.fromEntries(made) as Record<Actor, Person>;
  const [deputy, target] = [await someoneNew(at, "deputy"), await someoneNew(at, "target")];
  people.guest = await withRole(world, people.guest, "guest");
  people.admin = await withRole(world, people.admin, "admin");
  for (const by of [people.owner, target]) await block(by, people.blocked);
  const { id: foreignRequestId } = await befriends(deputy, target);
  const whileUser: Cast["whileUser"] = async (act) => {
    const user = await withRole(world, people.guest, "user");
    try {
      return await act(user);
    } finally {
      await withRole(world, people.guest, "guest");
    }
  };
  return { at, people, deputy, target, whileUser, foreignRequestId };
}

/** A group in which each of the ten has a place, or none. */
export class Scene {
  constructor(
    readonly cast: Cast,
    readonly id: string,
    readonly policy: Policy,
    /** The last message that the former member may read, and the first that it may not. */
    readonly seqs: Readonly<{ before: number; after: number }>,
  ) {}

  idFor(_: Person): string {
    return this.id;
  }

  /** Somebody new, who blocks `blocked`. */
  async someone(me: Person): Promise<Person> {
    const other = await someoneNew(this.cast.at);
    await this.#turnAway(other, me);
    return other;
  }

  async #turnAway(other: Person, me: Person): Promise<void> {
    if (me === this.cast.people.blocked) await block(other, me);
  }

  /** Lets the one who acts do something first that guests may not: as what it was before. */
  async asUser<T>(me: Person, act: (user: Person) => Promise<T> | T): Promise<T> {
    return me === this.cast.people.guest ? await this.cast.whileUser(act) : await act(me);
  }

  /** A friend; to `blocked` one who has blocked it since. */
  async friend(me: Person): Promise<Person> {
    const other = await someoneNew(this.cast.at);
    await this.asUser(me, async (user) => {
      const { id } = await befriends(other, user);
      await user.do("POST", `/v1/friend-requests/${id}/accept`);
    });
    await this.#turnAway(other, me);
    return other;
  }

  /** Who has asked me to be friends, and the request; to `blocked` one who has blocked it since. */
  async askedBy(
    me: Person,
    before: (id: string) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<{ other: Person; id: string }> {
    const other = await someoneNew(this.cast.at);
    const { id } = await this.asUser(me, (user) => befriends(other, user));
    await before(id);
    await this.#turnAway(other, me);
    return { other, id };
  }

  /** Whom I have asked to be friends, and the request; of the guest, before it was one. */
  async asked(me: Person): Promise<{ other: Person; id: string }> {
    const other = await this.someone(me);
    const { id } = await this.asUser(me, (user) => befriends(user, other));
    return { other, id };
  }

  /** Changes the group, as its owner. */
  change(patch: object): Promise<unknown> {
    return this.cast.people.owner.do("PATCH", `/v1/groups/${this.id}`, patch);
  }

  /** A link of a member's: a plain one makes it while the group is open. */
  async linkOf(member: Person): Promise<string> {
    const { owner, manager } = this.cast.people;
    const mayAlways = [owner, manager].includes(member) || this.policy === "open";
    if (!mayAlways) await this.change({ joinPolicy: "open" });
    const path = `/v1/groups/${this.id}/invites`;
    const { code } = await this.asUser(member, (maker) => maker.do<Invite>("POST", path, {}));
    if (!mayAlways) await this.change({ joinPolicy: this.policy });
    return code;
  }

  /** The request of the one who waits. */
  async requestId(): Promise<string> {
    const path = `/v1/groups/${this.id}/requests?status=pending`;
    const { items } = await this.cast.people.owner.do<{ items: GroupRequest[] }>("GET", path);
    return items[0]!.id;
  }
}

/** Ends the group of a scene, as its owner. */
export function dismiss({ id, cast }: Scene): Promise<unknown> {
  return cast.people.owner.do("DELETE", `/v1/groups/${id}`);
}

/** Makes a group with one message before and one after somebody was removed. */
export async function openScene(cast: Cast, policy: Policy): Promise<Scene> {
  const { people, deputy, target, at } = cast;
  const { owner, manager, member, muted, former, requester, blocked, guest } = people;
  const others = [manager, deputy, member, muted, former, blocked, guest, target];
  const more = { joinPolicy: "approval" };
  const id = await cast.whileUser(() => at.group(owner, others, more));
  const members = `/v1/groups/${id}/members`;
  for (const { id: leader } of [manager, deputy]) {
    await owner.do("PATCH", `${members}/${leader}`, { role: "manager" });
  }
  const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
  await owner.do("PATCH", `${members}/${muted.id}`, { mutedUntil });
  await requester.do("POST", `/v1/groups/${id}/join`, {});
  const before = (await owner.says("before", id)).seq;
  await owner.do("DELETE", `${members}/${former.id}`);
  const after = (await owner.says("after", id)).seq;
  const scene = new Scene(cast, id, policy, { before, after });
  if (policy !== "approval") await scene.change({ joinPolicy: policy });
  return scene;
}
