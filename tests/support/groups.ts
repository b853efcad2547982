/** Groups as tests change them: people brought in and put out. */
import type { Instance, Person } from "./world.ts";

/** Brings people into a group. */
export function add(owner: Person, id: string, ...people: Person[]): Promise<unknown> {
  const userIds = people.map((person) => person.id);
  return owner.do("POST", `/v1/groups/${id}/members`, { userIds });
}

/** Removes somebody from a group. */
export function remove(owner: Person, id: string, person: Person): Promise<unknown> {
  return owner.do("DELETE", `/v1/groups/${id}/members/${person.id}`);
}

/** New people on an instance. */
export async function crowd(at: Instance, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let number = 1; number <= count; number++) people.push(await at.person(`p${number}`));
  return people;
}
