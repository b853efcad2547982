/** The people and conversations that scenarios need, made through the REST interface. */
import { type Api, forEach, type Person } from "./api.ts";
import { patter } from "./dialects.ts";
import type { Address } from "./socket.ts";

const membersPerCallMax = 100;
let registered = 0;

/** So many new users, signed in. */
export function registerPeople(api: Api, count: number): Promise<Person[]> {
  return forEach(Array(count).fill(0), async () => {
    const number = ++registered;
    const session = await api.call<{ user: { id: string }; accessToken: string }>(
      null,
      "POST",
      "/auth/register",
      { username: `bench_${number}`, password: "correct horse 1", nickname: `Bench ${number}` },
    );
    return { id: session.user.id, token: session.accessToken };
  });
}

/** A group of all these people, the first its owner; gives its id. */
export async function createGroup(
  api: Api,
  name: string,
  people: readonly Person[],
): Promise<string> {
  const [owner, ...others] = people;
  const ids = others.map((person) => person.id);
  const memberIds = ids.slice(0, membersPerCallMax);
  const group = await api.call<{ id: string }>(owner!, "POST", "/groups", { name, memberIds });
  for (let first = membersPerCallMax; first < ids.length; first += membersPerCallMax) {
    const userIds = ids.slice(first, first + membersPerCallMax);
    await api.call(owner!, "POST", `/groups/${group.id}/members`, { userIds });
  }
  return group.id;
}

/** The direct conversation of two people; gives its id. */
export async function openDirect(api: Api, one: Person, other: Person): Promise<string> {
  const body = { userId: other.id };
  const { id } = await api.call<{ id: string }>(one, "POST", "/conversations/direct", body);
  return id;
}

/** Where a person's connection goes. */
export function addressOf(port: number, person: Person): Address {
  return {
    port,
    path: patter.path,
    headers: [`Authorization: Bearer ${person.token}`, "Sec-WebSocket-Protocol: patter.v1"],
  };
}
