/** One group over several instances, and the proof that everybody in it ends whole. */
import { strict as assert } from "node:assert";
import { messagesOf, reaches } from "./chain.ts";
import type { Client } from "./client.ts";
import { assertRevUnbroken, assertSeqUnbroken, numbersOf } from "./numbering.ts";
import type { Instance, Person, World } from "./world.ts";

/** Two people on each instance, all in one group, each with a connection there. */
export async function spread(
  instances: readonly Instance[],
): Promise<{ id: string; clients: Client[] }> {
  const people: Person[] = [];
  for (const at of instances) people.push(await at.person("p"), await at.person("p"));
  const id = await instances[0]!.group(people[0]!, people.slice(1));
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  return { id, clients };
}

/** Numbers have no holes, and each connection comes to hold within `withinMs` what the database has. */
export async function assertWhole(
  world: World,
  clients: readonly Client[],
  { id, withinMs }: { id: string; withinMs: number },
): Promise<void> {
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers, 2);
  for (const client of clients) {
    const chain = await reaches(client, id, numbers.lastRev, withinMs);
    const from = chain.changes[0]!.prevRev;
    const due = numbers.messages.filter(({ rev }) => rev > from);
    assert.deepEqual(
      messagesOf(chain).map(({ seq, rev, clientId }) => [seq, rev, clientId]),
      due.map(({ seq, rev, clientId }) => [seq, rev, clientId]),
    );
  }
}
